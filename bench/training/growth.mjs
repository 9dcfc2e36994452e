// How times grow with rows, features and workers.
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { startBoosting, startNetworkTraining } from "@portfolio/learning";
import { leastCpuMs, normalSource } from "../measure.mjs";

const LOSS = { kind: "squared" };
const TREES = {
  ...{ loss: LOSS, treeCountMax: 10, depthMax: 6, learningRate: 0.1, leafPenalty: 1, gainMin: 0 },
  ...{ coverMin: 20, rowShare: 1, featureShare: 1, seed: 1 },
};

function setOf(rows, cols) {
  const normal = normalSource(1);
  const values = Float64Array.from({ length: rows * cols }, normal);
  const targets = Float64Array.from({ length: rows }, (_, i) => values[i * cols] + normal());
  return { features: { rows, cols, values }, targets };
}

/** Makes what takes an epoch of a perceptron of two layers of 64. */
export function epochOf(rows, cols) {
  const spec = {
    ...{ body: { kind: "perceptron", widths: [64, 64] }, stepCount: 1, loss: LOSS, seed: 1 },
    ...{ epochCountMax: 1e6, batchSize: 256, learningRate: 1e-3, weightDecay: 0 },
  };
  return startNetworkTraining(spec, setOf(rows, cols)).advance;
}

function treesMs(rows, cols) {
  const set = setOf(rows, cols);
  return leastCpuMs(() => {
    const training = startBoosting(TREES, set);
    while (!training.advance().isDone);
  }, 1).ms;
}

/** Trains in as many threads at once; gives the epochs of a second, all together. */
async function epochsPerSecond(count) {
  const file = join(import.meta.dirname, "epochs-thread.mjs");
  const workers = Array.from({ length: count }, () => new Worker(file));
  await Promise.all(workers.map((worker) => once(worker, "message")));
  const start = performance.now();
  const epochs = await Promise.all(
    workers.map(async (worker) => {
      worker.postMessage("start");
      const [own] = await once(worker, "message");
      return own;
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return epochs.reduce((sum, own) => sum + own, 0) / seconds;
}

/** Prints three tables. */
export async function reportGrowth() {
  const write = (line) => process.stdout.write(`${line}\n`);
  write("CPU ms of an epoch of a perceptron 64-64-1, and of 10 trees of depth 6");
  for (const [rows, cols] of [
    [2_500, 64],
    [10_000, 64],
    [40_000, 64],
    [10_000, 16],
    [10_000, 256],
  ]) {
    const epoch = leastCpuMs(epochOf(rows, cols), 3).ms;
    write(
      `  ${String(rows).padStart(6)} × ${String(cols).padEnd(4)}${epoch.toFixed(1).padStart(9)}${treesMs(rows, cols).toFixed(0).padStart(9)}`,
    );
  }
  write(`Epochs of 10,000 × 64 a second by threads, ${availableParallelism()} processors`);
  for (const count of [1, 2, 4]) {
    write(`  ${count}${(await epochsPerSecond(count)).toFixed(0).padStart(9)}`);
  }
}
