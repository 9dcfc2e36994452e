// `npm run bench [-- name … [option …]]`: runs every benchmark in this folder, or the named ones, one after the other.
// What is no name before the first option is unknown; all from the first option on is handed to each.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { prepare, root } from "../scripts/prepare.mjs";

await prepare({ builds: ["services"] });
const folder = join(root, "bench");
const all = readdirSync(folder)
  .filter((name) => name.endsWith(".mjs") && name !== "run.mjs")
  .map((name) => basename(name, ".mjs"));
const args = process.argv.slice(2);
const isOption = (arg) => arg.startsWith("--") || /^\d+$/.test(arg);
const firstOption = args.findIndex(isOption);
const asked = firstOption === -1 ? args : args.slice(0, firstOption);
const options = firstOption === -1 ? [] : args.slice(firstOption);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`Unknown benchmark ${unknown.join(", ")}. There are: ${all.join(", ")}.\n`);
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : all) {
  process.stdout.write(`\n── ${name}\n`);
  const { status } = spawnSync(
    process.execPath,
    ["--expose-gc", join(folder, `${name}.mjs`), ...options],
    { cwd: root, stdio: "inherit" },
  );
  if (status !== 0) process.exitCode = 1;
}
