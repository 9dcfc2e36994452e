// Runs the cases of fuzz.mjs, and tells which one is running.
import { parentPort, workerData } from "node:worker_threads";

const BATCH = 200;

const module = new URL("../../packages/quant/dist/test/fuzz/run-case.js", import.meta.url);
const { runCase } = await import(module.href);
const current = new Int32Array(workerData.seeds);
let outcomes = [];

for (let seed = workerData.start; seed < workerData.end; seed++) {
  Atomics.store(current, 0, seed);
  const start = performance.now();
  outcomes.push({ ...runCase(seed), ms: performance.now() - start });
  if (outcomes.length === BATCH || seed === workerData.end - 1) {
    parentPort.postMessage(outcomes);
    outcomes = [];
  }
}
