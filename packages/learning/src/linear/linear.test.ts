import { ArgumentError } from "@portfolio/quant";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, normals, readReference } from "../../test/reference.ts";
import type { TrainingSet } from "../training-set.ts";
import { elasticNetPath } from "./elastic-net.ts";
import { predictLinear } from "./linear-model.ts";
import { logisticRegression, predictProbability } from "./logistic.ts";
import { ridgePath } from "./ridge.ts";

interface Fitted {
  readonly intercept: number;
  readonly coefficients: readonly number[];
}

const reference = readReference<{
  readonly features: readonly number[];
  readonly featureCount: number;
  readonly targets: readonly number[];
  readonly labels: readonly number[];
  readonly weights: readonly number[];
  readonly ridge: readonly (Fitted & { penalty: number })[];
  readonly elasticNet: readonly (Fitted & { strength: number; absoluteShare: number })[];
  readonly logistic: readonly (Fitted & { penalty: number })[];
}>("linear.json");

const set: TrainingSet = {
  features: matrixOf(reference.features, reference.featureCount),
  targets: Float64Array.from(reference.targets),
  weights: Float64Array.from(reference.weights),
};
const classes = { ...set, targets: Float64Array.from(reference.labels) };

describe("ridgePath", () => {
  it("fits what scikit-learn fits", () => {
    const models = ridgePath(
      set,
      reference.ridge.map(({ penalty }) => penalty),
    );

    for (const [k, { intercept, coefficients }] of reference.ridge.entries()) {
      expect(models[k]?.intercept).toBeCloseTo(intercept, 9);
      expect(largestDifference(models[k]?.coefficients ?? [], coefficients)).toBeLessThan(1e-10);
    }
  });

  it("takes, without a penalty, the solution of the least norm of dependent features", () => {
    // By hand: y = 2x and two equal features share the slope.
    const twins = { features: matrixOf([1, 1, 2, 2, 3, 3], 2), targets: Float64Array.of(2, 4, 6) };

    const [model] = ridgePath(twins, [0]);

    expect(largestDifference(model?.coefficients ?? [], [1, 1])).toBeLessThan(1e-12);
    expect(model?.intercept).toBeCloseTo(0, 12);
  });

  it("counts an observation of weight two as two", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (seed, penalty) => {
          const values = normals(40, seed);
          const features = matrixOf(values.subarray(0, 30), 3);
          const targets = values.slice(30);
          const weights = new Float64Array(10).fill(1);
          weights[0] = 2;
          const doubled = {
            features: matrixOf([...features.values.subarray(0, 3), ...features.values], 3),
            targets: Float64Array.of(targets[0] ?? 0, ...targets),
          };

          const [weighted] = ridgePath({ features, targets, weights }, [penalty]);
          const [repeated] = ridgePath(doubled, [penalty]);

          const difference = largestDifference(
            weighted?.coefficients ?? [],
            repeated?.coefficients ?? [],
          );
          expect(difference).toBeLessThan(1e-9);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([1e-150, 1e90])("stays finite for features of the size %d", (size) => {
    const scaled = {
      ...set,
      features: { ...set.features, values: set.features.values.map((x) => x * size) },
    };

    for (const { intercept, coefficients } of ridgePath(scaled, [0, 1])) {
      expect([intercept, ...coefficients].every(Number.isFinite)).toBe(true);
    }
  });

  it("fits constant features, constant targets and one observation", () => {
    const single = { features: matrixOf([1, 2], 2), targets: Float64Array.of(5) };

    expect(ridgePath(single, [0, 1])).toEqual(
      [0, 1].map(() => ({ intercept: 5, coefficients: new Float64Array(2) })),
    );
  });

  it("refuses what it cannot fit", () => {
    const broken = { ...set, targets: set.targets.map((y, i) => (i === 3 ? Number.NaN : y)) };

    expect(() => ridgePath(set, [-1])).toThrow("penalty is -1, not a number of at least 0");
    expect(() => ridgePath(broken, [1])).toThrow("targets: entry 3 is NaN");
    expect(() => ridgePath({ ...set, weights: new Float64Array(60) }, [1])).toThrow(
      "all weights are 0",
    );
    expect(() => ridgePath({ ...set, weights: new Float64Array(59) }, [1])).toThrow(
      "59 weights for 60 observations",
    );
  });
});

describe("elasticNetPath", () => {
  it("fits what scikit-learn fits", () => {
    const fits = elasticNetPath(set, reference.elasticNet);

    for (const [k, { intercept, coefficients }] of reference.elasticNet.entries()) {
      expect(fits[k]?.status).toBe("optimal");
      expect(fits[k]?.intercept).toBeCloseTo(intercept, 8);
      expect(largestDifference(fits[k]?.coefficients ?? [], coefficients)).toBeLessThan(1e-8);
    }
  });

  it("is all 0 from the penalty on that silences every feature", () => {
    const centered = set.targets.map(() => 0);

    const [silent] = elasticNetPath(set, [{ strength: 1e6, absoluteShare: 1 }]);
    const [constant] = elasticNetPath({ ...set, targets: centered }, [
      { strength: 1, absoluteShare: 0.5 },
    ]);

    expect(silent).toMatchObject({ status: "optimal", coefficients: new Float64Array(6) });
    expect(constant).toMatchObject({ status: "optimal", coefficients: new Float64Array(6) });
  });

  it("converges where features are repeated and outnumber the observations", () => {
    const half = matrixOf(normals(5 * 8, 1), 8);
    const values = Array.from({ length: 5 }, (_, i) => {
      const row = half.values.subarray(8 * i, 8 * i + 8);
      return [...row, ...row];
    }).flat();
    const wide = { features: matrixOf(values, 16), targets: normals(5, 2) };

    const [fit] = elasticNetPath(wide, [{ strength: 0.05, absoluteShare: 0.5 }]);

    expect(fit?.status).toBe("optimal");
    expect(
      largestDifference(fit?.coefficients.slice(0, 8) ?? [], fit?.coefficients.slice(8) ?? []),
    ).toBeLessThan(1e-9);
  });

  it("refuses penalties out of range", () => {
    expect(() => elasticNetPath(set, [{ strength: 0, absoluteShare: 1 }])).toThrow(ArgumentError);
    expect(() => elasticNetPath(set, [{ strength: 1, absoluteShare: 1.1 }])).toThrow(ArgumentError);
  });
});

describe("logisticRegression", () => {
  it("fits what scikit-learn fits", () => {
    for (const { penalty, intercept, coefficients } of reference.logistic) {
      const fit = logisticRegression(classes, penalty);

      expect(fit.status).toBe("optimal");
      expect(fit.intercept).toBeCloseTo(intercept, 6);
      expect(largestDifference(fit.coefficients, coefficients)).toBeLessThan(1e-7);
    }
  });

  it("stays finite where a feature separates the classes", () => {
    const separated = {
      features: matrixOf([-2, -1, 1, 2], 1),
      targets: Float64Array.of(0, 0, 1, 1),
    };

    const fit = logisticRegression(separated, 1e-6);

    expect(fit.status).toBe("optimal");
    expect(fit.intercept).toBeCloseTo(0, 6);
    const probabilities = predictProbability(fit, separated.features);
    expect(probabilities[0]).toBeLessThan(0.01);
    expect(probabilities[3]).toBeGreaterThan(0.99);
  });

  it("gives an answer for features of any size", () => {
    for (const size of [1e-150, 1e60]) {
      const values = set.features.values.map((x) => x * size);
      const fit = logisticRegression({ ...classes, features: matrixOf(values, 6) }, 1);

      expect([fit.intercept, ...fit.coefficients].every(Number.isFinite)).toBe(true);
    }
  });

  it("refuses targets that are not classes, or only one of them", () => {
    expect(() => logisticRegression(set, 1)).toThrow("not 0 or 1");
    expect(() => logisticRegression({ ...classes, targets: new Float64Array(60) }, 1)).toThrow(
      "all targets are 0",
    );
    expect(() => logisticRegression(classes, 0)).toThrow("penalty is 0, not a positive number");
  });
});

describe("predictLinear", () => {
  it("refuses features that the model does not have", () => {
    const model = { intercept: 0, coefficients: new Float64Array(2) };

    expect(() => predictLinear(model, matrixOf([1, 2, 3], 3))).toThrow(
      "features are 1 by 3, the model has 2",
    );
  });
});
