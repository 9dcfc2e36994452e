// `npm run check`: every check, one after the other, with all failures listed at the end.
// `npm run check -- style layers` runs the named ones only.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { prepare, root } from "./prepare.mjs";

const BINARIES = join(root, "node_modules", ".bin");

/** Each check is a list of commands; the first that fails ends it. */
const CHECKS = {
  proto: [
    ["buf", "lint"],
    ["buf", "format", "--diff", "--exit-code", "proto"],
    ["buf", "breaking", "proto", "--against", "proto/baseline.binpb"],
  ],
  generated: [[process.execPath, "scripts/check-generated.mjs"]],
  types: [
    ["tsc", "--build"],
    ["tsc", "-p", "test"],
    ["svelte-check", "--workspace", "web", "--tsconfig", "./tsconfig.json", "--fail-on-warnings"],
  ],
  style: [["biome", "ci", "--colors=off", "--error-on-warnings", "."]],
  layers: [
    [
      "depcruise",
      "--config",
      ".dependency-cruiser.cjs",
      "packages",
      "services",
      "gateway",
      "web/src",
    ],
  ],
  unused: [["knip"]],
  compose: [["dclint", "-c", ".dclintrc.json", "--max-warnings", "0", "compose.yaml"]],
  tidy: [["vitest", "run", "scripts", "--reporter=dot"]],
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  process.stderr.write(
    `Unknown check ${unknown.join(", ")}. Checks: ${Object.keys(CHECKS).join(", ")}.\n`,
  );
  process.exit(2);
}

await prepare({ builds: [] });
const env = { ...process.env, PATH: `${BINARIES}:${process.env.PATH}`, NO_COLOR: "1" };
const failures = [];
for (const name of asked.length > 0 ? asked : Object.keys(CHECKS)) {
  const start = performance.now();
  const output = firstFailure(CHECKS[name]);
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
  process.stdout.write(
    `${output === undefined ? "ok    " : "FAILED"} ${name.padEnd(10)}${seconds} s\n`,
  );
  if (output !== undefined) failures.push({ name, output });
}
for (const { name, output } of failures) process.stdout.write(`\n── ${name}\n${output}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

/** @returns What the first failing command printed, or `undefined` when all passed. */
function firstFailure(commands) {
  for (const [command, ...args] of commands) {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: root,
      env,
      encoding: "utf8",
    });
    if (status !== 0)
      return `$ ${command} ${args.join(" ")}\n${stdout ?? ""}${stderr ?? ""}${error ?? ""}`;
  }
  return undefined;
}
