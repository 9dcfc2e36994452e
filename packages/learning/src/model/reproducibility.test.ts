import { createHash } from "node:crypto";
import { randomSource } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { matrixOf, readReference } from "../../test/reference.ts";
import type { NetworkBody } from "../network/network-body.ts";
import type { TrainingSet } from "../training-set.ts";
import { encodeModel } from "./learned-model.ts";
import { type LearnerSpec, startTraining } from "./start-training.ts";

// The SHA-256 of each model's bytes, as Node 20 and Node 24 both gave it on x86-64. A change of the
// arithmetic changes them: then write anew what the test finds, on either.
const hashes = readReference<Readonly<Record<string, string>>>("model-hashes.json");

const NETWORK = {
  kind: "networks",
  memberCount: 1,
  stepCount: 5,
  loss: { kind: "huber", threshold: 1 },
  epochCountMax: 3,
  batchSize: 32,
  learningRate: 0.01,
  weightDecay: 0.01,
  gradientNormMax: 1,
  seed: 5,
} as const;
const BODIES: readonly NetworkBody[] = [
  { kind: "lstm", width: 9 },
  { kind: "gru", width: 9 },
  { kind: "temporal-convolution", width: 6, tapCount: 2, dilations: [1, 2] },
  { kind: "wavenet", width: 6, skipWidth: 5, tapCount: 2, dilations: [1, 2] },
  { kind: "transformer", width: 8, headCount: 2, innerWidth: 10, blockCount: 2 },
];
const TREES = {
  kind: "boosted-trees",
  treeCountMax: 10,
  depthMax: 4,
  learningRate: 0.2,
  leafPenalty: 1,
  gainMin: 0,
  coverMin: 2,
  rowShare: 0.8,
  featureShare: 0.7,
  seed: 5,
} as const;
const SPECS: Readonly<Record<string, LearnerSpec>> = {
  ridge: { kind: "ridge", penalty: 2 },
  "elastic-net": { kind: "elastic-net", strength: 0.01, absoluteShare: 0.5 },
  "boosted-trees": { ...TREES, loss: { kind: "squared" } },
  "boosted-trees-ranking": { ...TREES, loss: { kind: "ranking", partnersMax: 8 } },
  perceptron: { ...NETWORK, stepCount: 1, body: { kind: "perceptron", widths: [20, 9] } },
  ...Object.fromEntries(BODIES.map((body) => [body.kind, { ...NETWORK, body }])),
};

/** Observations from nothing but additions and products, whose bits no library decides. */
function trainingSet(): TrainingSet {
  const [rows, cols] = [200, 15];
  const uniform = randomSource(9);
  const draw = () => uniform() + uniform() + uniform() - 1.5;
  const values = Float64Array.from({ length: rows * cols }, draw);
  return {
    features: matrixOf(values, cols),
    targets: Float64Array.from(
      { length: rows },
      (_, i) =>
        (values[(i + 1) * cols - 1] ?? 0) * (values[(i + 1) * cols - 2] ?? 0) + 0.2 * draw(),
    ),
    dates: Int32Array.from({ length: rows }, (_, i) => Math.floor(i / 20)),
  };
}

describe("startTraining", () => {
  it.each(Object.entries(SPECS))("gives the same bits on every machine to %s", (name, spec) => {
    const training = startTraining(spec, trainingSet());
    while (!training.advance().isDone);

    const hash = createHash("sha256").update(encodeModel(training.model())).digest("hex");

    expect(hash).toBe(hashes[name]);
  });
});
