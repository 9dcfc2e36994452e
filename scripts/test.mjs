// `npm test`: installs and builds what is needed, then runs the suites that need no server, and prints the totals.
// `npm test -- <suite> …` runs the named suites only. With `--totals FILE` the totals are added to FILE as well;
// `--units services,gateway` keeps to unit tests whose path holds one of these.
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { prepare, root } from "./prepare.mjs";

const VITEST = join(root, "node_modules", "vitest", "vitest.mjs");

/** Every suite: the vitest configuration that finds its files. The default ones need nothing installed. */
const SUITES = {
  unit: { config: "vitest.config.ts" },
  web: { config: "web/vite.config.ts", directory: "web" },
  system: { config: "test/vitest.config.ts" },
  browser: {
    config: "web/vitest.e2e.config.ts",
    directory: "web",
    needs: { file: "/usr/bin/chromium", name: "Chromium" },
  },
};
const DEFAULT_SUITES = ["unit", "web", "system"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    totals: { type: "string" },
    label: { type: "string", default: "" },
    units: { type: "string", default: "" },
  },
});
const names = positionals.length > 0 ? positionals : DEFAULT_SUITES;
const unknown = names.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  process.stderr.write(
    `Unknown suite ${unknown.join(", ")}. Suites: ${Object.keys(SUITES).join(", ")}.\n`,
  );
  process.exit(2);
}

await prepare({ log: (line) => process.stdout.write(`${line}\n`) });
const results = [];
const units = values.units.split(",").filter((path) => path !== "");
for (const name of names) {
  const paths = name === "unit" ? units : [];
  results.push({ name, ...(await runSuite(SUITES[name], paths)) });
}
report(results);

/** Runs one vitest configuration to its end and reads its totals. A run that cannot start counts as one failure. */
async function runSuite({ config, directory = ".", needs }, paths) {
  if (needs && !existsSync(needs.file) && process.env.CI !== "true") {
    process.stdout.write(`Skipped: ${needs.name} is not at ${needs.file}.\n`);
    return { passed: 0, failed: 0, skipped: 1, failures: [] };
  }
  const folder = mkdtempSync(join(tmpdir(), "portfolio-test-"));
  const output = join(folder, "results.json");
  const code = await new Promise((resolve) => {
    const args = [
      VITEST,
      "run",
      ...paths,
      "--config",
      join(root, config),
      "--reporter=default",
      "--reporter=json",
    ];
    const child = spawn(process.execPath, [...args, `--outputFile.json=${output}`], {
      cwd: join(root, directory),
      stdio: "inherit",
    });
    child.on("error", () => resolve(1));
    child.on("exit", (exitCode) => resolve(exitCode ?? 1));
  });
  const json = existsSync(output) ? JSON.parse(readFileSync(output, "utf8")) : undefined;
  rmSync(folder, { recursive: true, force: true });
  const failures = (json?.testResults ?? []).flatMap(failuresOf);
  const passed = json?.numPassedTests ?? 0;
  const failed = json?.numFailedTests ?? 0;
  const skipped = (json?.numPendingTests ?? 0) + (json?.numTodoTests ?? 0);
  const broken = code !== 0 && failed === 0 ? 1 : 0;
  return { passed, failed: failed + broken, skipped, failures };
}

/** A line for each test of a file that failed, or for the file that could not be read: where, what, why. */
function failuresOf({ name: file, status, message, assertionResults }) {
  const path = relative(root, file);
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (status === "failed" && failed.length === 0) return [`${path}: ${message}`];
  return failed.map((test) => `${path} > ${test.fullName}: ${test.failureMessages.join(" ")}`);
}

function report(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  process.stdout.write("\n");
  for (const { name, passed, failed, skipped, failures } of rows) {
    process.stdout.write(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    if (values.totals)
      appendFileSync(values.totals, `${values.label}${name} ${passed} ${failed} ${skipped}\n`);
    for (const failure of failures) process.stdout.write(`FAILED: ${failure.slice(0, 500)}\n`);
  }
  process.stdout.write(
    `\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped\n`,
  );
  process.exitCode = sum("failed") === 0 && sum("passed") + sum("skipped") > 0 ? 0 : 1;
}
