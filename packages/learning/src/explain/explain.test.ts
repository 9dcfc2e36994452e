import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, normals } from "../../test/reference.ts";
import { gaussLegendre } from "../gauss-legendre.ts";
import { predictLinear } from "../linear/linear-model.ts";
import type { NetworkBody } from "../network/network-body.ts";
import type { NetworkSpec } from "../network/network-spec.ts";
import { startNetworkTraining } from "../network/train-network.ts";
import { correlation } from "../validation/information-coefficient.ts";
import { integratedGradients } from "./integrated-gradients.ts";
import { linearShap } from "./linear-shap.ts";
import { permutationImportance } from "./permutation-importance.ts";

function trained(body: NetworkBody, stepCount: number) {
  const features = matrixOf(normals(80 * 6, 1), 6);
  const targets = Float64Array.from(
    { length: 80 },
    (_, i) => 3 * Math.tanh(features.values[6 * i + 5] ?? 0),
  );
  const spec: NetworkSpec = {
    body,
    stepCount,
    loss: { kind: "squared" },
    epochCountMax: 20,
    batchSize: 20,
    learningRate: 0.02,
    weightDecay: 0,
    seed: 1,
  };
  const training = startNetworkTraining(spec, { features, targets });
  while (!training.advance().isDone);
  return training.model();
}

describe("integratedGradients", () => {
  it.each<[NetworkBody, number]>([
    [{ kind: "perceptron", widths: [8] }, 1],
    [{ kind: "lstm", width: 5 }, 3],
    [{ kind: "gru", width: 5 }, 3],
  ])("sum to the difference of the forecasts, %o", (body, stepCount) => {
    const model = trained(body, stepCount);
    const features = matrixOf(normals(12, 2), 6);

    const { gaps, contributions } = integratedGradients(model, features, new Float64Array(6), 256);

    expect(Math.max(...gaps.map(Math.abs))).toBeLessThan(5e-3);
    // Only the last feature of the last step matters.
    const own = contributions.values.subarray(0, 6).map(Math.abs);
    expect(own[5]).toBe(Math.max(...own));
  });

  it("refuses missing values and other features", () => {
    const model = trained({ kind: "perceptron", widths: [2] }, 1);
    const holed = matrixOf([1, 2, Number.NaN, 4, 5, 6], 6);

    expect(() => integratedGradients(model, holed, new Float64Array(6), 8)).toThrow(
      "missing value",
    );
    expect(() => integratedGradients(model, matrixOf([1], 1), new Float64Array(1), 8)).toThrow(
      "the model has 6",
    );
  });
});

describe("gaussLegendre", () => {
  it("integrates polynomials exactly", () => {
    const { points, weights } = gaussLegendre(4);
    const integral = points.reduce((sum, x, k) => sum + (weights[k] ?? 0) * x ** 7, 0);

    expect(integral).toBeCloseTo(1 / 8, 15);
    expect(gaussLegendre(64).weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 13);
  });
});

describe("linearShap", () => {
  it("adds up to the forecast", () => {
    const model = { intercept: 2, coefficients: Float64Array.of(3, -1) };
    const features = matrixOf([1, 2, 3, 5], 2);

    const { expectation, contributions } = linearShap(model, features, matrixOf([0, 0, 2, 4], 2));

    // By hand: the background's mean is (1, 2), its forecast 2 + 3 − 2.
    expect(expectation).toBe(3);
    expect([...contributions.values]).toEqual([0, -0, 6, -3]);
    expect([...predictLinear(model, features)]).toEqual([3, 6]);
    expect(() => linearShap(model, features, matrixOf([], 2))).toThrow("no background");
  });
});

describe("permutationImportance", () => {
  const features = matrixOf(normals(300, 4), 3);
  const dates = Int32Array.from({ length: 100 }, (_, i) => Math.floor(i / 10));
  const targets = Float64Array.from({ length: 100 }, (_, i) => features.values[3 * i + 1] ?? 0);
  const score = (shuffled: typeof features) => {
    const own = Float64Array.from({ length: 100 }, (_, i) => shuffled.values[3 * i + 1] ?? 0);
    return correlation(own, targets) ?? 0;
  };

  it("loses what the shuffled features carried, and nothing of others", () => {
    const spec = { groups: [[0], [1], [0, 2], [1, 2]], repeatCount: 5, seed: 1, score };
    const [a, b, c, d] = permutationImportance(features, dates, spec);

    expect(a).toEqual({ mean: 0, deviation: 0 });
    expect(b?.mean).toBeGreaterThan(0.7);
    expect(b?.deviation).toBeLessThan(0.2);
    expect(c).toEqual({ mean: 0, deviation: 0 });
    expect(d?.mean).toBeGreaterThan(0.7);
    expect(permutationImportance(features, dates, spec)[1]).toEqual(b);
  });

  it("shuffles within dates only", () => {
    const constant = features.values.map((x, k) => (k % 3 === 1 ? Math.floor(k / 30) : x));
    const byDate = (shuffled: typeof features) =>
      largestDifference(
        shuffled.values.filter((_, k) => k % 3 === 1),
        constant.filter((_, k) => k % 3 === 1),
      );
    const spec = { groups: [[1]], repeatCount: 3, seed: 2, score: byDate };

    expect(permutationImportance(matrixOf(constant, 3), dates, spec)[0]?.mean).toBe(0);
  });

  it("refuses features that are not there", () => {
    const spec = { groups: [[3]], repeatCount: 1, seed: 1, score };

    expect(() => permutationImportance(features, dates, spec)).toThrow("no feature 3 among 3");
  });
});
