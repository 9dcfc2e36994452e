import { randomSource } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, normals } from "../../test/reference.ts";
import type { TrainingSet } from "../training-set.ts";
import { buildNetwork } from "./build-network.ts";
import type { NetworkBody } from "./network-body.ts";
import { type NetworkModel, predictNetwork } from "./network-model.ts";
import type { NetworkSpec } from "./network-spec.ts";
import { initializeParameters } from "./parameter-plan.ts";
import { startNetworkTraining } from "./train-network.ts";

const BODIES: NetworkBody[] = [
  { kind: "perceptron", widths: [5, 11] },
  { kind: "lstm", width: 6 },
  { kind: "gru", width: 6 },
  { kind: "temporal-convolution", width: 3, tapCount: 2, dilations: [1, 2] },
  { kind: "wavenet", width: 3, skipWidth: 5, tapCount: 2, dilations: [1, 2, 8] },
  { kind: "transformer", width: 12, headCount: 3, innerWidth: 10, blockCount: 2 },
];
const SPEC: NetworkSpec = {
  body: { kind: "perceptron", widths: [16] },
  stepCount: 1,
  loss: { kind: "squared" },
  epochCountMax: 4,
  batchSize: 32,
  learningRate: 0.01,
  weightDecay: 0.01,
  gradientNormMax: 5,
  seed: 3,
};

// Of a difference in single precision; a longer one more often crosses where a sum is rectified.
const STEP = 0.002;

function stepsOf(body: NetworkBody): number {
  return body.kind === "perceptron" ? 1 : 5;
}

/** A training set whose target depends on the last features of each row. */
function setOf(rows: number, cols: number, seed: number): TrainingSet {
  const values = normals(rows * cols, seed);
  return {
    features: matrixOf(values, cols),
    targets: Float64Array.from(
      { length: rows },
      (_, i) => Math.tanh(values[(i + 1) * cols - 1] ?? 0) + 0.1 * (values[i * cols] ?? 0),
    ),
  };
}

function train(spec: NetworkSpec, set: TrainingSet, kernels: "wasm" | "twin" = "wasm") {
  const training = startNetworkTraining(spec, set, { kernels });
  while (!training.advance().isDone);
  return training.model();
}

function parametersOf(model: NetworkModel): number[] {
  return Object.values(model.parameters).flatMap((values) => [...values]);
}

describe("buildNetwork", () => {
  it.each(BODIES)("derives a $kind as finite differences do", (body) => {
    const [featureCount, stepCount, rows] = [3, stepsOf(body), 6];
    const network = buildNetwork({ body, featureCount, stepCount }, rows, [rows], 0);
    initializeParameters(network.layout.blocks, randomSource(4), network.parameters);
    // Padded columns stay 0.
    const noise = normals(network.store.length, 5);
    network.store.set(noise.map((x, k) => (k % network.inputWidth < featureCount ? x : 0)));
    const list = Int32Array.of(0, 1, 2, 3, 4, 5);
    const slopes = normals(rows, 6);
    const value = () => {
      const out = network.forecast(list, 0, rows);
      return slopes.reduce((sum, slope, i) => sum + slope * (out[8 * i] ?? 0), 0);
    };
    value();
    network.backward(slopes, true);
    const gradients = network.gradients.slice();
    let worst = 0;
    for (const block of network.layout.blocks) {
      for (const at of [block.start, block.start + 1, block.start + Math.min(block.width, 4) - 1]) {
        const own = network.parameters[at] ?? 0;
        const moved = (step: number) => {
          network.parameters[at] = own + step;
          return value();
        };
        const difference = (moved(STEP) - moved(-STEP)) / (2 * STEP);
        network.parameters[at] = own;
        const error = Math.abs(difference - (gradients[at] ?? 0));
        worst = Math.max(worst, error / (0.05 + Math.abs(difference)));
      }
    }

    // Single precision and the steps leave this much.
    expect(worst).toBeLessThan(1e-2);
  });

  it.each(BODIES)("derives a $kind by its input as finite differences do", (body) => {
    const [featureCount, stepCount, rows] = [3, stepsOf(body), 4];
    const network = buildNetwork({ body, featureCount, stepCount }, rows, [rows], 0);
    initializeParameters(network.layout.blocks, randomSource(7), network.parameters);
    const noise = normals(network.store.length, 8);
    network.store.set(noise.map((x, k) => (k % network.inputWidth < featureCount ? x : 0)));
    const list = Int32Array.of(0, 1, 2, 3);
    const value = () => network.forecast(list, 0, rows)[8] ?? 0;
    value();
    const at = network.backward(Float64Array.of(0, 1, 0, 0), true) / 4;
    const length = stepCount * rows * network.inputWidth;
    const gradients = network.session.kernels.heap.floats.slice(at, at + length);
    const differences = gradients.map((_, k) => {
      const own = network.store[k] ?? 0;
      const moved = (step: number) => {
        network.store[k] = own + step;
        return value();
      };
      const difference = (moved(STEP) - moved(-STEP)) / (2 * STEP);
      network.store[k] = own;
      return k % network.inputWidth < featureCount ? difference : 0;
    });

    expect(largestDifference(differences, gradients)).toBeLessThan(1e-3);
  });

  it("refuses sizes that are not", () => {
    const shape = { featureCount: 2, stepCount: 2 };
    for (const body of [
      { kind: "lstm", width: 0 },
      { kind: "temporal-convolution", width: 2, tapCount: 2, dilations: [] },
      { kind: "wavenet", width: 2, skipWidth: 0, tapCount: 2, dilations: [1] },
      { kind: "transformer", width: 8, headCount: 2, innerWidth: 4, blockCount: 0 },
    ] as const) {
      expect(() => buildNetwork({ ...shape, body }, 4, [1], 0)).toThrow(/layer|dilation/);
    }
    const uneven = { kind: "transformer", width: 12, headCount: 2, innerWidth: 4, blockCount: 1 };
    expect(() => buildNetwork({ ...shape, body: uneven as NetworkBody }, 4, [1], 0)).toThrow(
      "not a multiple of four times its 2 heads",
    );
    const wide = { kind: "lstm", width: 4096 } as const;
    expect(() =>
      buildNetwork({ featureCount: 8, stepCount: 500, body: wide }, 256, [1], 0),
    ).toThrow("bytes at once");
  });
});

describe("predictNetwork", () => {
  const scaling = {
    featureMeans: new Float64Array(2),
    featureScales: Float64Array.of(1, 1),
    targetMean: 0,
    targetScale: 1,
  };
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const rows = normals(12, 9);

  it("computes the recursion of long short-term memory", () => {
    const draws = Float32Array.from(normals(64, 10));
    const model: NetworkModel = {
      body: { kind: "lstm", width: 1 },
      featureCount: 2,
      stepCount: 3,
      scaling,
      parameters: {
        "lstm.inputWeights": draws.slice(0, 8),
        "lstm.stateWeights": draws.slice(8, 12),
        "lstm.bias": draws.slice(12, 16),
        "output.weights": Float32Array.of(2),
        "output.bias": Float32Array.of(0.5),
      },
    };
    const byHand = [0, 1].map((i) => {
      let [h, c] = [0, 0];
      for (let t = 0; t < 3; t++) {
        const z = [0, 1, 2, 3].map(
          (k) =>
            (draws[k] ?? 0) * (rows[6 * i + 2 * t] ?? 0) +
            (draws[4 + k] ?? 0) * (rows[6 * i + 2 * t + 1] ?? 0) +
            (draws[8 + k] ?? 0) * h +
            (draws[12 + k] ?? 0),
        );
        const [input, forget, candidate, output] = z as [number, number, number, number];
        c = sigmoid(forget) * c + sigmoid(input) * Math.tanh(candidate);
        h = sigmoid(output) * Math.tanh(c);
      }
      return 2 * h + 0.5;
    });

    expect(largestDifference(predictNetwork(model, matrixOf(rows, 6)), byHand)).toBeLessThan(1e-6);
  });

  it("computes the recursion of gated recurrent units", () => {
    const draws = Float32Array.from(normals(64, 11));
    const model: NetworkModel = {
      body: { kind: "gru", width: 1 },
      featureCount: 2,
      stepCount: 3,
      scaling,
      parameters: {
        "gru.inputWeights": draws.slice(0, 6),
        "gru.stateWeights": draws.slice(6, 9),
        "gru.bias": draws.slice(9, 13),
        "output.weights": Float32Array.of(1),
        "output.bias": Float32Array.of(0),
      },
    };
    const byHand = [0, 1].map((i) => {
      let h = 0;
      for (let t = 0; t < 3; t++) {
        const [reset, update, candidate] = [0, 1, 2].map(
          (k) =>
            (draws[k] ?? 0) * (rows[6 * i + 2 * t] ?? 0) +
            (draws[3 + k] ?? 0) * (rows[6 * i + 2 * t + 1] ?? 0) +
            (draws[9 + k] ?? 0),
        ) as [number, number, number];
        const r = sigmoid(reset + (draws[6] ?? 0) * h);
        const z = sigmoid(update + (draws[7] ?? 0) * h);
        const n = Math.tanh(candidate + r * ((draws[8] ?? 0) * h + (draws[12] ?? 0)));
        h = (1 - z) * n + z * h;
      }
      return h;
    });

    expect(largestDifference(predictNetwork(model, matrixOf(rows, 6)), byHand)).toBeLessThan(1e-6);
  });

  it("convolves what came before, with zeros before the first step", () => {
    // By hand: taps 2 and 3, dilation 2, of 1, 10, 100: 2·100 + 3·1; the mean and scale are 0 and 1.
    const model: NetworkModel = {
      body: { kind: "temporal-convolution", width: 2, tapCount: 2, dilations: [2] },
      featureCount: 1,
      stepCount: 3,
      scaling: { ...scaling, featureMeans: new Float64Array(1), featureScales: Float64Array.of(1) },
      parameters: {
        "convolution0.weights0": Float32Array.of(2, 0),
        "convolution0.weights1": Float32Array.of(3, 0),
        "convolution0.bias": Float32Array.of(0, 0),
        "output.weights": Float32Array.of(1, 1),
        "output.bias": Float32Array.of(0),
      },
    };

    expect([...predictNetwork(model, matrixOf([1, 10, 100], 3))]).toEqual([203]);
  });
});

describe("a transformer", () => {
  it("does not look ahead: a step's state depends on none that comes later", () => {
    const body = {
      kind: "transformer",
      width: 8,
      headCount: 2,
      innerWidth: 8,
      blockCount: 2,
    } as const;
    const network = buildNetwork({ body, featureCount: 2, stepCount: 4 }, 4, [4], 0);
    initializeParameters(network.layout.blocks, randomSource(1), network.parameters);
    network.store.set(normals(network.store.length, 2).map((x, k) => (k % 8 < 2 ? x : 0)));
    const beforeLast = network.layers.slice(0, -2);
    const { session } = network;
    const firstSteps = () => {
      const at = beforeLast.reduce(
        (x, layer) => layer.forward(session, x, 4),
        network.store.byteOffset,
      );
      return session.kernels.heap.floats.slice(at / 4, at / 4 + 3 * 4 * 8);
    };
    const before = firstSteps();

    network.store.fill(5, 3 * 4 * 8);

    expect(firstSteps()).toEqual(before);
    expect(before.some((x) => x !== 0)).toBe(true);
  });
});

describe("startNetworkTraining", () => {
  it.each(BODIES)("trains a $kind to the same bits again, and without WebAssembly", (body) => {
    const stepCount = stepsOf(body);
    const spec = { ...SPEC, body, stepCount, epochCountMax: 2 };
    const set = setOf(70, 3 * stepCount, 12);

    const first = parametersOf(train(spec, set));

    expect(first.every(Number.isFinite)).toBe(true);
    expect(parametersOf(train(spec, set))).toEqual(first);
    expect(parametersOf(train(spec, set, "twin"))).toEqual(first);
    expect(parametersOf(train({ ...spec, seed: 4 }, set))).not.toEqual(first);
  });

  it("goes on from a checkpoint to the same bits", () => {
    const set = setOf(100, 4, 13);
    const validation = setOf(40, 4, 14);
    const whole = startNetworkTraining(SPEC, set, { validation });
    while (!whole.advance().isDone);
    const half = startNetworkTraining(SPEC, set, { validation });
    half.advance();
    half.advance();

    const rest = startNetworkTraining(SPEC, set, { validation, checkpoint: half.checkpoint() });
    while (!rest.advance().isDone);

    expect(rest.progress()).toEqual(whole.progress());
    expect(rest.model()).toEqual(whole.model());
    expect(rest.checkpoint()).toEqual(whole.checkpoint());
  });

  it.each(BODIES)("learns with a $kind what depends on the last step", (body) => {
    const stepCount = stepsOf(body);
    const [train, test] = [setOf(600, 3 * stepCount, 15), setOf(300, 3 * stepCount, 16)];
    const spec = { ...SPEC, body, stepCount, epochCountMax: 25, weightDecay: 0 };
    const training = startNetworkTraining(spec, train, { validation: test });
    while (!training.advance().isDone);

    const forecasts = predictNetwork(training.model(), test.features);

    const errors = forecasts.reduce((sum, f, i) => sum + (f - (test.targets[i] ?? 0)) ** 2, 0);
    const spread = test.targets.reduce((sum, y) => sum + y * y, 0);
    expect(1 - errors / spread).toBeGreaterThan(0.9);
  });

  it("brings to 0 what a penalty outweighs, to the same bits without WebAssembly", () => {
    const set = setOf(400, 12, 8);
    const spec = { ...SPEC, weightDecay: 0, epochCountMax: 40 };
    const zerosOf = (model: NetworkModel) => parametersOf(model).filter((x) => x === 0).length;
    const penalized = { ...spec, absolutePenalty: 0.5 };
    const model = train(penalized, set);

    expect(zerosOf(train(spec, set))).toBeLessThan(20);
    expect(zerosOf(model)).toBeGreaterThan(100);
    expect(parametersOf(train(penalized, set, "twin"))).toEqual(parametersOf(model));
    // What matters is still learned.
    const forecasts = predictNetwork(model, set.features);
    const errors = forecasts.reduce((sum, f, i) => sum + (f - (set.targets[i] ?? 0)) ** 2, 0);
    expect(errors / set.targets.reduce((sum, y) => sum + y * y, 0)).toBeLessThan(0.2);
    expect(() => train({ ...spec, absolutePenalty: 2 }, set)).toThrow("absolutePenalty is 2");
  });

  it("keeps the parameters of the epoch of the least validation loss", () => {
    const validation = { ...setOf(40, 4, 18), targets: normals(40, 19) };
    const spec = { ...SPEC, epochCountMax: 300, patience: 3, learningRate: 0.02 };
    const training = startNetworkTraining(spec, setOf(60, 4, 17), { validation });
    const models = [];
    let progress = training.advance();
    for (; !progress.isDone; progress = training.advance()) {
      models.push(training.checkpoint().parameters);
    }

    expect(progress.step).toBe(progress.bestStep + 3);
    expect(training.checkpoint().best).toEqual(models[progress.bestStep - 1]);
    expect(() => training.advance()).toThrow("training is done");
  });

  it("forecasts a constant target, from constant or missing features", () => {
    const features = matrixOf([1, Number.NaN, 1, Number.NaN, 1, Number.NaN], 2);
    const set = { features, targets: new Float64Array(3).fill(7) };

    const forecasts = predictNetwork(train({ ...SPEC, epochCountMax: 1 }, set), features);

    expect(largestDifference(forecasts, [7, 7, 7])).toBeLessThan(0.2);
  });

  it.each([1e-150, 1e90])("stays finite for numbers of the size %d", (size) => {
    const set = setOf(30, 4, 20);
    const scaled = {
      features: matrixOf(
        set.features.values.map((x) => x * size),
        4,
      ),
      targets: set.targets.map((y) => y * size),
    };

    const forecasts = predictNetwork(train(SPEC, scaled), scaled.features);

    expect(forecasts.every(Number.isFinite)).toBe(true);
  });

  it("refuses specifications and data that do not fit", () => {
    const set = setOf(30, 4, 21);

    expect(() => startNetworkTraining({ ...SPEC, stepCount: 2 }, set)).toThrow(
      "a perceptron takes one step, not 2",
    );
    expect(() =>
      startNetworkTraining({ ...SPEC, body: { kind: "gru", width: 2 }, stepCount: 3 }, set),
    ).toThrow("4 features are not those of 3 steps");
    expect(() => startNetworkTraining({ ...SPEC, learningRate: 0 }, set)).toThrow("learningRate");
    expect(() => startNetworkTraining({ ...SPEC, weightDecay: 100 }, set)).toThrow("weightDecay");
    expect(() => startNetworkTraining(SPEC, set, { validation: setOf(5, 3, 1) })).toThrow(
      "validation has 3 features, not 4",
    );
    expect(() => startNetworkTraining(SPEC, set).checkpoint()).toThrow("before the first epoch");
    const far = matrixOf([1e30, 0, 0, 0], 4);
    expect(() => predictNetwork(train(SPEC, set), far)).toThrow("standard deviations away");
  });
});
