// Tries the entry points of packages/quant on spoiled inputs: `npm run bench -- fuzz 100000 [first seed]`.
// Not a time: it counts answers, refusals and what must not be. Exits with 1 where there is any of that.
import { argv, exit, stdout } from "node:process";
import { Worker } from "node:worker_threads";
import { formatTable } from "./optimization/table.mjs";

const HANG_MS = 60_000;
const CHECK_MS = 1000;
const FAILURES_SHOWN = 20;

const [count = 1000, first = 1] = argv
  .slice(2)
  .filter((arg) => /^\d+$/.test(arg))
  .map(Number);
const totals = new Map();
const failures = [];
let next = first;

while (next < first + count) {
  next = await runFrom(next, first + count);
}
printTotals();
exit(failures.length === 0 ? 0 : 1);

/** Runs seeds in a thread until all are done or one hangs; gives the first that is not tried. */
function runFrom(start, end) {
  const seeds = new SharedArrayBuffer(4);
  const current = new Int32Array(seeds);
  const worker = new Worker(new URL("./fuzz/worker.mjs", import.meta.url), {
    workerData: { start, end, seeds },
  });
  return new Promise((resolve, reject) => {
    let seen = { seed: start, since: Date.now() };
    const watch = setInterval(() => {
      const seed = Atomics.load(current, 0) || start;
      if (seed !== seen.seed) {
        seen = { seed, since: Date.now() };
      } else if (Date.now() - seen.since > HANG_MS) {
        failures.push({ seed, entryPoint: "?", failure: `takes over ${HANG_MS / 1000} s` });
        finish(seed + 1);
      }
    }, CHECK_MS);
    const finish = (seed) => {
      clearInterval(watch);
      worker.terminate().then(() => resolve(seed), reject);
    };
    worker.on("message", (outcomes) => {
      for (const outcome of outcomes) {
        add(outcome);
      }
      if (outcomes.at(-1)?.seed === end - 1) {
        finish(end);
      }
    });
    worker.on("error", reject);
  });
}

function add({ seed, entryPoint, status, failure, violation, residual, ms }) {
  const total = totals.get(entryPoint) ?? { count: 0, statuses: new Map(), worst: 0, residual: 0 };
  total.count++;
  total.statuses.set(status, (total.statuses.get(status) ?? 0) + 1);
  total.worst = Math.max(total.worst, violation);
  total.residual = Math.max(total.residual, residual);
  total.missed = (total.missed ?? 0) + Number(residual > 1e-10);
  total.slowest = Math.max(total.slowest ?? 0, ms);
  totals.set(entryPoint, total);
  if (failure !== undefined) {
    failures.push({ seed, entryPoint, failure });
  }
}

function printTotals() {
  const rows = [...totals].map(([entryPoint, total]) => [
    entryPoint,
    String(total.count),
    [...total.statuses].map(([status, times]) => `${times} ${status}`).join(", "),
    total.worst.toExponential(1),
    total.residual.toExponential(1),
    String(total.missed),
    `${Math.round(total.slowest)} ms`,
  ]);
  const header = [
    "entry point",
    "cases",
    "became",
    "worst violation",
    "worst residual",
    "over 1e-10",
    "slowest",
  ];
  stdout.write(formatTable(rows, header));
  stdout.write(`${failures.length} failures of ${count} cases from seed ${first}\n`);
  for (const { seed, entryPoint, failure } of failures.slice(0, FAILURES_SHOWN)) {
    stdout.write(`  seed ${seed}, ${entryPoint}: ${failure}\n`);
  }
}
