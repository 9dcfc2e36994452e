// Fails when gen/ is not what the contract generates, or the compiled kernels not what their source
// gives: generates into a folder of its own and compares.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { KERNELS, kernelsModule } from "./build-kernels.mjs";
import { root } from "./prepare.mjs";

const buf = join(root, "node_modules", ".bin", "buf");
const env = { ...process.env, PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}` };
const folder = mkdtempSync(join(tmpdir(), "portfolio-gen-"));
try {
  execFileSync(buf, ["generate", "--output", folder], { cwd: root, env, stdio: "inherit" });
  execFileSync(buf, ["build", "proto", "-o", join(folder, "gen", "portfolio.binpb")], {
    cwd: root,
    env,
  });
  const differences = compare(join(folder, "gen"), join(root, "gen"));
  for (const { source, file } of KERNELS) {
    if (readFileSync(join(root, file), "utf8") !== (await kernelsModule(source))) {
      differences.push(`differs: ${file}`);
    }
  }
  for (const line of differences) process.stdout.write(`${line}\n`);
  if (differences.length > 0)
    process.stdout.write("Run `npm run generate` and commit what changed.\n");
  process.exitCode = differences.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function compare(fresh, committed) {
  const inFresh = new Set(filesIn(fresh));
  const inCommitted = new Set(filesIn(committed).filter((path) => path !== "ts/package.json"));
  const differences = [];
  for (const path of inFresh) {
    if (!inCommitted.has(path)) differences.push(`missing: gen/${path}`);
    else if (!readFileSync(join(fresh, path)).equals(readFileSync(join(committed, path)))) {
      differences.push(`differs: gen/${path}`);
    }
  }
  for (const path of inCommitted)
    if (!inFresh.has(path)) differences.push(`not generated: gen/${path}`);
  return differences;
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => !path.includes("node_modules") && statSync(join(folder, path)).isFile())
    .map((path) => relative(folder, join(folder, path)));
}
