// Times an epoch of networks, boosted trees and TreeSHAP, beside TensorFlow.js and xgboost where they are at hand.
import {
  pathDependentShap,
  predictTrees,
  startBoosting,
  startNetworkTraining,
} from "@portfolio/learning";
import { askPeer, leastCpuMs, normalSource, report } from "./measure.mjs";
import { reportGrowth } from "./training/growth.mjs";
import { tensorFlowEpochs } from "./training/tensor-flow.mjs";

const BATCH_SIZE = 256;
const NETWORKS = [
  {
    name: "perceptron 64-64-64-1, 10,000 rows",
    rows: 10_000,
    stepCount: 1,
    featureCount: 64,
    body: { kind: "perceptron", widths: [64, 64] },
    epochs: 8,
    peers: { wasm: 2, cpu: 1 },
  },
  {
    name: "LSTM 32, 5,000 sequences of 30 x 8",
    rows: 5_000,
    stepCount: 30,
    featureCount: 8,
    body: { kind: "lstm", width: 32 },
    epochs: 4,
    peers: { wasm: 1 },
  },
  {
    name: "GRU 32, 5,000 sequences of 30 x 8",
    rows: 5_000,
    stepCount: 30,
    featureCount: 8,
    body: { kind: "gru", width: 32 },
    epochs: 4,
    peers: { wasm: 1 },
  },
];

for (const network of NETWORKS) {
  const { rows, stepCount, featureCount, body, epochs } = network;
  const cols = stepCount * featureCount;
  const normal = normalSource(1);
  const values = Float64Array.from({ length: rows * cols }, normal);
  const targets = Float64Array.from(
    { length: rows },
    (_, i) => 0.3 * values[(i + 1) * cols - featureCount] + normal(),
  );
  const spec = {
    body,
    stepCount,
    loss: { kind: "squared" },
    epochCountMax: epochs + 1,
    batchSize: BATCH_SIZE,
    learningRate: 1e-3,
    weightDecay: 0,
    seed: 1,
  };
  const training = startNetworkTraining(spec, { features: { rows, cols, values }, targets });
  const { ms } = leastCpuMs(training.advance, epochs);
  report(
    network.name,
    ms,
    await tensorFlowEpochs({ ...network, cols, values, targets, batchSize: BATCH_SIZE }),
  );
}

const [ROWS, TEST_ROWS, FEATURES] = [50_000, 10_000, 64];
const normal = normalSource(42);
const all = Float64Array.from({ length: (ROWS + TEST_ROWS) * FEATURES }, () =>
  Math.fround(normal()),
);
const targets = Float64Array.from({ length: ROWS + TEST_ROWS }, (_, i) => {
  const x = all.subarray(i * FEATURES, i * FEATURES + 5);
  return Math.sin(x[0]) + x[1] * x[2] + 0.5 * Math.sign(x[3]) + 0.3 * x[4] + normal();
});
const features = { rows: ROWS, cols: FEATURES, values: all.subarray(0, ROWS * FEATURES) };
const { ms, result: trees } = leastCpuMs(() => {
  const training = startBoosting(
    {
      loss: { kind: "squared" },
      treeCountMax: 100,
      depthMax: 6,
      learningRate: 0.1,
      leafPenalty: 1,
      gainMin: 0,
      coverMin: 20,
      rowShare: 1,
      featureShare: 1,
      seed: 1,
    },
    { features, targets: targets.subarray(0, ROWS) },
  );
  while (!training.advance().isDone);
  return training.model();
}, 2);
const numbers = new Float64Array(all.length + targets.length);
numbers.set(all);
numbers.set(targets, all.length);
const peer = askPeer("training.py", numbers, { after: [ROWS, TEST_ROWS, FEATURES] });
report("boosted trees, 50,000 x 64, 100 of depth 6", ms, peer && { xgboost: peer.training });
const test = { rows: TEST_ROWS, cols: FEATURES, values: all.subarray(ROWS * FEATURES) };
const explained = rSquared(predictTrees(trees, test), targets.subarray(ROWS));
process.stdout.write(
  `  R² of rows held out: ${explained.toFixed(4)}, xgboost ${peer?.rSquared?.toFixed(4) ?? "–"}\n`,
);
const some = { rows: 1000, cols: FEATURES, values: all.subarray(0, 1000 * FEATURES) };
const shap = leastCpuMs(() => pathDependentShap(trees, some), 3);
report("TreeSHAP of 1,000 rows", shap.ms, peer && { xgboost: peer.contributions });
await reportGrowth();

function rSquared(forecasts, outcomes) {
  const mean = outcomes.reduce((sum, y) => sum + y / outcomes.length, 0);
  const errors = forecasts.reduce((sum, f, i) => sum + (f - outcomes[i]) ** 2, 0);
  return 1 - errors / outcomes.reduce((sum, y) => sum + (y - mean) ** 2, 0);
}
