import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, normals, readReference } from "../../test/reference.ts";
import type { TrainingSet } from "../training-set.ts";
import { type BoostingSpec, startBoosting } from "./boosted-trees.ts";
import { interventionalShap } from "./interventional-shap.ts";
import { type BoostingLoss, objectiveOf } from "./objective.ts";
import { noTrees } from "./tree-builder.ts";
import { predictTrees, type TreeEnsemble } from "./tree-ensemble.ts";
import { pathDependentShap } from "./tree-shap.ts";

interface ReferenceNode {
  readonly cover: number;
  readonly value?: number;
  readonly feature?: number;
  readonly threshold?: number;
  readonly left?: number;
  readonly right?: number;
  readonly missingLeft?: boolean;
}

const reference = readReference<{
  readonly featureCount: number;
  readonly base: number;
  readonly features: readonly number[];
  readonly featuresWithHoles: readonly (number | null)[];
  readonly targets: readonly number[];
  readonly forecasts: readonly number[];
  readonly forecastsWithHoles: readonly number[];
  readonly model: readonly (readonly ReferenceNode[])[];
  readonly contributions: readonly number[];
  readonly expectation: number;
}>("trees.json");

const SPEC: BoostingSpec = {
  loss: { kind: "squared" },
  treeCountMax: 5,
  depthMax: 3,
  learningRate: 0.3,
  leafPenalty: 1.5,
  gainMin: 0,
  coverMin: 4,
  rowShare: 1,
  featureShare: 1,
  seed: 1,
};

const targets = Float64Array.from(reference.targets);
const plain = { features: matrixOf(reference.features, reference.featureCount), targets };
const holed = {
  features: matrixOf(
    reference.featuresWithHoles.map((x) => x ?? Number.NaN),
    reference.featureCount,
  ),
  targets,
};

/** A training set of a nonlinear function with noise. */
function noisySet(rows: number, seed: number): TrainingSet {
  const draws = normals(rows * 5, seed);
  const features = matrixOf(draws.subarray(0, rows * 4), 4);
  const noise = draws.subarray(rows * 4);
  const values = features.values;
  return {
    features,
    targets: noise.map(
      (e, i) => Math.sin(values[4 * i] ?? 0) + (values[4 * i + 1] ?? 0) ** 2 + 0.3 * e,
    ),
  };
}

function train(spec: BoostingSpec, set: TrainingSet, validation?: TrainingSet): TreeEnsemble {
  const training = startBoosting(spec, set, validation && { validation });
  while (!training.advance().isDone);
  return training.model();
}

/** Reads the reference model, whose base its leaves do not hold. */
function importedModel(): TreeEnsemble {
  const nodes = reference.model.flatMap((tree, t) => {
    const start = reference.model.slice(0, t).reduce((sum, { length }) => sum + length, 0);
    return tree.map((node) => ({ ...node, start }));
  });
  const starts = reference.model.map((_, t) =>
    reference.model.slice(0, t).reduce((sum, { length }) => sum + length, 0),
  );
  return {
    featureCount: reference.featureCount,
    base: reference.base,
    roots: Int32Array.from(starts),
    features: Int32Array.from(nodes, ({ feature = -1 }) => feature),
    thresholds: Float64Array.from(nodes, ({ threshold = 0 }) => threshold),
    lefts: Int32Array.from(nodes, ({ left = 0, start }) => left + start),
    rights: Int32Array.from(nodes, ({ right = 0, start }) => right + start),
    missingLeft: Uint8Array.from(nodes, ({ missingLeft }) => (missingLeft === true ? 1 : 0)),
    values: Float64Array.from(nodes, ({ value = 0 }) => value),
    covers: Float64Array.from(nodes, ({ cover }) => cover),
  };
}

/** Shapley values by their definition, over all subsets of the features. */
function bruteForceShap(trees: TreeEnsemble, x: Float64Array, background: Float64Array): number[] {
  const count = x.length;
  const value = (subset: number) => {
    const mixed = x.map((own, j) => ((subset >> j) & 1 ? own : (background[j] ?? 0)));
    return predictTrees(trees, matrixOf(mixed, count))[0] ?? 0;
  };
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  return Array.from({ length: count }, (_, j) => {
    let sum = 0;
    for (let subset = 0; subset < 1 << count; subset++) {
      if ((subset >> j) & 1) continue;
      const size = [...subset.toString(2)].filter((bit) => bit === "1").length;
      const share = (factorial(size) * factorial(count - size - 1)) / factorial(count);
      sum += share * (value(subset | (1 << j)) - value(subset));
    }
    return sum;
  });
}

describe("startBoosting", () => {
  it("grows the trees that xgboost grows", () => {
    // xgboost starts from its base score and we from the mean: the checkpoint sets the base.
    const checkpoint = noTrees(reference.featureCount, reference.base);
    for (const [set, expected] of [
      [plain, reference.forecasts],
      [holed, reference.forecastsWithHoles],
    ] as const) {
      const training = startBoosting(SPEC, set, { checkpoint });
      while (!training.advance().isDone);

      const forecasts = predictTrees(training.model(), set.features);

      // xgboost computes in single precision.
      expect(largestDifference(forecasts, expected)).toBeLessThan(2e-6);
    }
  });

  it("goes on from a checkpoint to the same bits", () => {
    const spec = { ...SPEC, rowShare: 0.7, featureShare: 0.5, treeCountMax: 8 };
    const set = noisySet(200, 1);
    const validation = noisySet(50, 2);
    const whole = startBoosting(spec, set, { validation });
    while (!whole.advance().isDone);
    const first = startBoosting(spec, set, { validation });
    for (let tree = 0; tree < 3; tree++) first.advance();

    const second = startBoosting(spec, set, { validation, checkpoint: first.checkpoint() });
    expect(second.progress()).toEqual(first.progress());
    while (!second.advance().isDone);

    expect(second.model()).toEqual(whole.model());
    expect(second.progress()).toEqual(whole.progress());
  });

  it("keeps the trees up to the least validation loss", () => {
    const set = noisySet(80, 3);
    const validation = noisySet(80, 4);
    const spec = { ...SPEC, treeCountMax: 400, coverMin: 1, leafPenalty: 0, patience: 10 };
    const training = startBoosting(spec, set, { validation });
    const losses: number[] = [];
    let progress = training.advance();
    for (; !progress.isDone; progress = training.advance()) {
      losses.push(progress.validationLoss ?? Number.NaN);
    }
    losses.push(progress.validationLoss ?? Number.NaN);

    expect(progress.step).toBeLessThan(400);
    expect(progress.step).toBe(progress.bestStep + 10);
    expect(losses.indexOf(Math.min(...losses))).toBe(progress.bestStep - 1);
    expect(training.model().roots).toHaveLength(progress.bestStep);
    expect(() => training.advance()).toThrow("training is done");
  });

  it("learns the quantile of its level", () => {
    const set = noisySet(2000, 5);
    for (const level of [0.1, 0.9]) {
      const model = train(
        { ...SPEC, loss: { kind: "quantile", level }, treeCountMax: 60, coverMin: 40 },
        set,
      );
      const forecasts = predictTrees(model, set.features);

      const share = set.targets.filter((y, i) => y <= (forecasts[i] ?? 0)).length / 2000;

      // Three standard errors of a share of 2000.
      expect(Math.abs(share - level)).toBeLessThan(0.02);
    }
  });

  it("is moved less by an outlier with the Huber loss than with the squared one", () => {
    const set = noisySet(300, 6);
    const clean = predictTrees(train({ ...SPEC, treeCountMax: 30 }, set), set.features);
    const spoiled = { ...set, targets: set.targets.map((y, i) => (i === 7 ? 1e4 : y)) };
    const errorOf = (loss: BoostingLoss) => {
      const forecasts = predictTrees(
        train({ ...SPEC, treeCountMax: 30, loss }, spoiled),
        set.features,
      );
      return forecasts.reduce((sum, f, i) => sum + Math.abs(f - (clean[i] ?? 0)), 0) / 300;
    };

    expect(errorOf({ kind: "huber", threshold: 1 })).toBeLessThan(0.2);
    expect(errorOf({ kind: "squared" })).toBeGreaterThan(2);
  });

  it("ranks the observations of a date", () => {
    const set = {
      ...noisySet(600, 8),
      dates: Int32Array.from({ length: 600 }, (_, i) => Math.floor(i / 20)),
    };
    // What all observations of a date share must not matter.
    const shifted = { ...set, targets: set.targets.map((y, i) => y + 100 * (set.dates[i] ?? 0)) };
    const spec: BoostingSpec = {
      ...SPEC,
      loss: { kind: "ranking", partnersMax: 30 },
      treeCountMax: 40,
      coverMin: 0.5,
    };

    const model = train(spec, set);

    expect(train(spec, shifted)).toEqual(model);
    const forecasts = predictTrees(model, set.features);
    const concordant = Array.from({ length: 599 }, (_, i) => i).filter(
      (i) =>
        set.dates[i] === set.dates[i + 1] &&
        ((forecasts[i] ?? 0) - (forecasts[i + 1] ?? 0)) *
          ((set.targets[i] ?? 0) - (set.targets[i + 1] ?? 0)) >
          0,
    );
    expect(concordant.length / 570).toBeGreaterThan(0.8);
  });

  it.each<[string, TrainingSet]>([
    [
      "constant features",
      { features: matrixOf([1, 1, 1, 1], 1), targets: Float64Array.of(1, 2, 3, 4) },
    ],
    [
      "a feature that is missing everywhere",
      { features: matrixOf([Number.NaN, Number.NaN], 1), targets: Float64Array.of(1, 3) },
    ],
    [
      "constant targets",
      { features: matrixOf([1, 2, 3, 4], 1), targets: new Float64Array(4).fill(2) },
    ],
  ])("forecasts the mean from %s", (_, set) => {
    const spec = { ...SPEC, coverMin: 1, leafPenalty: 0 };
    const mean = set.targets.reduce((sum, y) => sum + y / set.targets.length, 0);

    for (const forecast of predictTrees(train(spec, set), set.features)) {
      expect(forecast).toBeCloseTo(mean, 12);
    }
  });

  it.each([1e-150, 1e90])("stays finite for numbers of the size %d", (size) => {
    const set = noisySet(50, 9);
    const scaled = {
      features: { ...set.features, values: set.features.values.map((x) => x * size) },
      targets: set.targets.map((y) => y * size),
    };

    expect(predictTrees(train(SPEC, scaled), scaled.features).every(Number.isFinite)).toBe(true);
  });

  it("makes no leaf of ties alone when ranking", () => {
    const set = { features: matrixOf([1, 2, 3], 1), targets: new Float64Array(3) };
    const spec: BoostingSpec = {
      ...SPEC,
      loss: { kind: "ranking", partnersMax: 5 },
      leafPenalty: 0,
    };

    expect([...predictTrees(train(spec, set), set.features)]).toEqual([0, 0, 0]);
  });

  it("refuses parameters out of range", () => {
    for (const change of [
      { depthMax: 0 },
      { treeCountMax: 0 },
      { learningRate: 0 },
      { coverMin: 0 },
      { leafPenalty: -1 },
      { rowShare: 1.5 },
      { loss: { kind: "quantile", level: 1 } as const },
      { loss: { kind: "huber", threshold: 0 } as const },
      { loss: { kind: "ranking", partnersMax: 0 } as const },
    ]) {
      expect(() => startBoosting({ ...SPEC, ...change }, plain)).toThrow(/not|0 partners/);
    }
    const narrow = { features: matrixOf([1, 2], 1), targets: Float64Array.of(1, 2) };
    expect(() => startBoosting(SPEC, plain, { validation: narrow })).toThrow(
      "validation has 1 features, not 5",
    );
  });
});

describe("objectiveOf", () => {
  const losses: BoostingLoss[] = [
    { kind: "squared" },
    { kind: "huber", threshold: 0.5 },
    { kind: "quantile", level: 0.3 },
    { kind: "ranking", partnersMax: 100 },
    { kind: "ranking", partnersMax: 2 },
  ];

  it.each(losses)("derives the loss $kind as finite differences do", (loss) => {
    const set = { ...noisySet(12, 10), weights: normals(12, 11).map(Math.abs) };
    const objective = objectiveOf(loss, set, 5);
    const forecasts = normals(12, 12);
    const derivatives = { gradients: new Float64Array(12), curvatures: new Float64Array(12) };
    // The loss of a ranking is that of the pairs of tree −1.
    objective.derive(forecasts, -1, derivatives);
    const slopes = forecasts.map((_, i) => {
      const moved = (step: number) =>
        objective.loss(forecasts.map((f, k) => (k === i ? f + step : f)));
      return (moved(1e-5) - moved(-1e-5)) / 2e-5;
    });

    // The loss is a mean, the derivatives are those of a sum.
    const product = (x: Float64Array, y: Float64Array) =>
      x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
    const scale = product(derivatives.gradients, slopes) / product(slopes, slopes);
    const scaled = slopes.map((slope) => slope * scale);
    expect(largestDifference(derivatives.gradients, scaled)).toBeLessThan(1e-8);
  });
});

describe("pathDependentShap", () => {
  it("is what xgboost contributes", () => {
    const features = matrixOf(
      holed.features.values.subarray(0, 20 * reference.featureCount),
      reference.featureCount,
    );

    const { expectation, contributions } = pathDependentShap(importedModel(), features);

    expect(expectation).toBeCloseTo(reference.expectation, 5);
    expect(largestDifference(contributions.values, reference.contributions)).toBeLessThan(2e-6);
  });

  it("adds up to the forecast, for any trees and missing values", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 7 }), (seed, depthMax) => {
        const set = noisySet(60, seed);
        const values = set.features.values.map((x, k) =>
          (k * 7 + seed) % 11 === 0 ? Number.NaN : x,
        );
        const features = { ...set.features, values };
        const model = train({ ...SPEC, depthMax, coverMin: 1 }, { ...set, features });
        const forecasts = predictTrees(model, features);
        for (const { expectation, contributions } of [
          pathDependentShap(model, features),
          interventionalShap(model, features, matrixOf(values.subarray(0, 20), 4)),
        ]) {
          for (const [i, forecast] of forecasts.entries()) {
            const own = contributions.values.subarray(4 * i, 4 * i + 4);
            expect(own.reduce((sum, part) => sum + part, expectation)).toBeCloseTo(forecast, 10);
          }
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe("interventionalShap", () => {
  it("is the mean over the background of Shapley values by their definition", () => {
    const set = noisySet(150, 20);
    const model = train({ ...SPEC, depthMax: 4, coverMin: 2, treeCountMax: 10 }, set);
    const x = set.features.values.subarray(0, 4);
    const background = matrixOf(set.features.values.subarray(40, 60), 4);

    const { contributions } = interventionalShap(model, matrixOf(x, 4), background);

    const byHand = new Float64Array(4);
    for (let b = 0; b < 5; b++) {
      const row = background.values.subarray(4 * b, 4 * b + 4);
      for (const [j, phi] of bruteForceShap(model, x, row).entries()) {
        byHand[j] = (byHand[j] ?? 0) + phi / 5;
      }
    }
    expect(largestDifference(contributions.values, byHand)).toBeLessThan(1e-12);
  });

  it("refuses an empty background", () => {
    const model = train(SPEC, plain);

    expect(() => interventionalShap(model, plain.features, matrixOf([], 5))).toThrow(
      "there is no background observation",
    );
  });
});
