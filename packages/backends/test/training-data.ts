import type { LearnerSpec, NetworkBody, TrainingSet } from "@portfolio/learning";
import { normalSource, randomSource } from "@portfolio/quant";

/** One network of each kind, small. */
export const BODIES: readonly NetworkBody[] = [
  { kind: "perceptron", widths: [12, 7] },
  { kind: "lstm", width: 9 },
  { kind: "gru", width: 9 },
  { kind: "temporal-convolution", width: 6, tapCount: 2, dilations: [1, 2, 9] },
  { kind: "wavenet", width: 6, skipWidth: 5, tapCount: 2, dilations: [1, 2, 4] },
  { kind: "transformer", width: 8, headCount: 2, innerWidth: 10, blockCount: 2 },
];

/** Makes 80 observations of 6 steps of 3 features, or of 3 features for a perceptron. */
export function sequences(body: NetworkBody, seed: number): TrainingSet {
  const rows = 80;
  const cols = 3 * stepsOf(body);
  const draw = normalSource(randomSource(seed));
  const values = Float64Array.from({ length: rows * cols }, draw);
  return {
    features: { rows, cols, values },
    targets: Float64Array.from(
      { length: rows },
      (_, i) => Math.tanh(values[(i + 1) * cols - 1] ?? 0) + 0.3 * draw(),
    ),
    weights: Float64Array.from({ length: rows }, (_, i) => 1 + (i % 3)),
  };
}

/** Trains for 50 steps: 5 batches in each of 10 epochs. */
export function specOf(body: NetworkBody): Extract<LearnerSpec, { kind: "networks" }> {
  return {
    kind: "networks",
    memberCount: 1,
    body,
    stepCount: stepsOf(body),
    loss: { kind: "huber", threshold: 1.2 },
    epochCountMax: 10,
    batchSize: 16,
    learningRate: 0.005,
    weightDecay: 0.01,
    gradientNormMax: 1,
    seed: 7,
  };
}

function stepsOf(body: NetworkBody): number {
  return body.kind === "perceptron" ? 1 : 6;
}
