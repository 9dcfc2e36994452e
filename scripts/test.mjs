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
// More than these are no accident.
const RETRIED_FILES_MAX = 5;
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

/**
 * Runs one vitest configuration to its end and reads its totals. Files that fail run once more, with nothing beside
 * them: what then passes counts as passed, and is named. A run that cannot start counts as one failure.
 */
async function runSuite({ config, directory = ".", needs }, paths) {
  if (needs && !existsSync(needs.file) && process.env.CI !== "true") {
    process.stdout.write(`Skipped: ${needs.name} is not at ${needs.file}.\n`);
    return { passed: 0, failed: 0, skipped: 1, failures: [], unstable: [] };
  }
  const run = (files) =>
    runVitest(["--config", join(root, config), ...files], join(root, directory));
  const first = await run(paths);
  const failed = [...first.files].filter(([, { failures }]) => failures.length > 0);
  const isWorthwhile = failed.length > 0 && failed.length <= RETRIED_FILES_MAX;
  const again = isWorthwhile ? await run(failed.map(([file]) => file)) : { files: new Map() };
  const files = [...new Map([...first.files, ...again.files]).values()];
  const sum = (key) => files.reduce((total, file) => total + file[key], 0);
  const failures = files.flatMap((file) => file.failures);
  const unstable = failed.flatMap(([file, { failures }]) =>
    again.files.get(file)?.failures.length === 0 ? failures : [],
  );
  const broken = first.code !== 0 && failed.length === 0 ? 1 : 0;
  return {
    passed: sum("passed"),
    failed: failures.length + broken,
    skipped: sum("skipped"),
    failures,
    unstable,
  };
}

/** Runs vitest, and returns its exit code and the results of each file. */
async function runVitest(args, cwd) {
  const folder = mkdtempSync(join(tmpdir(), "portfolio-test-"));
  const output = join(folder, "results.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
  const code = await new Promise((resolve) => {
    const child = spawn(process.execPath, [VITEST, "run", ...args, ...reporters], {
      cwd,
      stdio: "inherit",
    });
    child.on("error", () => resolve(1));
    child.on("exit", (exitCode) => resolve(exitCode ?? 1));
  });
  const json = existsSync(output) ? JSON.parse(readFileSync(output, "utf8")) : { testResults: [] };
  rmSync(folder, { recursive: true, force: true });
  return { code, files: new Map(json.testResults.map((file) => [file.name, resultsOf(file)])) };
}

/** Counts of a file, and a line for each test that failed: where, what, why. */
function resultsOf({ name, status, message, assertionResults }) {
  const path = relative(root, name);
  const count = (...states) =>
    assertionResults.filter((test) => states.includes(test.status)).length;
  const failures = assertionResults
    .filter((test) => test.status === "failed")
    .map((test) => `${path} > ${test.fullName}: ${test.failureMessages.join(" ")}`);
  if (status === "failed" && failures.length === 0) failures.push(`${path}: ${message}`);
  const passed = count("passed");
  return { passed, skipped: assertionResults.length - passed - count("failed"), failures };
}

function report(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  process.stdout.write("\n");
  for (const { name, passed, failed, skipped, failures, unstable } of rows) {
    process.stdout.write(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    if (values.totals)
      appendFileSync(values.totals, `${values.label}${name} ${passed} ${failed} ${skipped}\n`);
    for (const failure of failures) process.stdout.write(`FAILED: ${failure.slice(0, 500)}\n`);
    for (const failure of unstable)
      process.stdout.write(`Passed at the second try: ${failure.slice(0, 500)}\n`);
  }
  process.stdout.write(
    `\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped\n`,
  );
  process.exitCode = sum("failed") === 0 && sum("passed") + sum("skipped") > 0 ? 0 : 1;
}
