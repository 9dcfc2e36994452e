import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, normals } from "../../test/reference.ts";
import { skillWeights, stackingWeights } from "./combine-forecasts.ts";
import { adaptiveRadii, conformalRadius } from "./conformal-intervals.ts";

describe("skillWeights", () => {
  it("weighs by mean coefficients, shrunk", () => {
    // By hand: means 0.06 and 0.02, their mean 0.04; half way 0.05 and 0.03.
    const coefficients = matrixOf([0.05, 0.01, 0.07, 0.03], 2);

    expect(largestDifference(skillWeights(coefficients, 0), [0.75, 0.25])).toBeLessThan(1e-12);
    expect(largestDifference(skillWeights(coefficients, 0.5), [0.625, 0.375])).toBeLessThan(1e-12);
    expect([...skillWeights(coefficients, 1)]).toEqual([0.5, 0.5]);
  });

  it("drops models without skill, and weighs all alike when none has any", () => {
    expect([...skillWeights(matrixOf([0.1, -0.1], 2), 0)]).toEqual([1, 0]);
    expect([...skillWeights(matrixOf([-0.1, -0.1], 2), 0)]).toEqual([0.5, 0.5]);
    expect(() => skillWeights(matrixOf([], 2), 0)).toThrow("0 dates of 2 models");
  });
});

describe("stackingWeights", () => {
  it("finds the combination that made the targets", () => {
    const forecasts = matrixOf(normals(300, 1), 3);
    const targets = Float64Array.from(
      { length: 100 },
      (_, i) => 0.7 * (forecasts.values[3 * i] ?? 0) + 0.3 * (forecasts.values[3 * i + 2] ?? 0),
    );

    expect(largestDifference(stackingWeights(forecasts, targets), [0.7, 0, 0.3])).toBeLessThan(
      1e-9,
    );
  });

  it("meets the conditions of the optimum for noisy, equal and perfect forecasts", () => {
    const noisy = matrixOf(normals(200, 2), 4);
    const twins = matrixOf(
      [...normals(20, 4)].flatMap((f) => [f, f]),
      2,
    );
    const targets = normals(50, 3);

    const weights = stackingWeights(noisy, targets);
    const slopes = [0, 1, 2, 3].map((k) =>
      targets.reduce((sum, y, i) => {
        const combined = weights.reduce((f, w, m) => f + w * (noisy.values[4 * i + m] ?? 0), 0);
        return sum + ((combined - y) * (noisy.values[4 * i + k] ?? 0)) / 50;
      }, 0),
    );
    const least = Math.min(...slopes);
    for (const [k, slope] of slopes.entries()) {
      expect((weights[k] ?? 0) * (slope - least)).toBeLessThan(1e-9);
    }
    expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
    expect(stackingWeights(twins, normals(20, 5)).every(Number.isFinite)).toBe(true);
    expect([...stackingWeights(matrixOf([1, 2], 1), Float64Array.of(1, 2))]).toEqual([1]);
    expect(() => stackingWeights(twins, targets)).toThrow("50 targets for 20 forecasts");
  });
});

describe("conformalRadius", () => {
  it("is the error that enough others stay within", () => {
    // By hand: of 9 errors, the ⌈10 · 0.8⌉ = 8th smallest; of 3 there is no 4th.
    const errors = Float64Array.of(9, 1, 8, 2, 7, 3, 6, 4, 5);

    expect(conformalRadius(errors, 0.2)).toBe(8);
    expect(conformalRadius(errors.subarray(0, 3), 0.1)).toBe(Number.POSITIVE_INFINITY);
    expect(() => conformalRadius(new Float64Array(0), 0.1)).toThrow("0 errors");
  });

  it("covers as many of new targets as it says", () => {
    let covered = 0;
    for (let run = 0; run < 400; run++) {
      const errors = normals(50, run).map(Math.abs);
      covered += (errors[49] ?? 0) <= conformalRadius(errors.subarray(0, 49), 0.1) ? 1 : 0;
    }

    // Four standard errors of 90 % of 400.
    expect(Math.abs(covered / 400 - 0.9)).toBeLessThan(0.06);
  });
});

describe("adaptiveRadii", () => {
  it("keeps its level while errors grow tenfold", () => {
    const spec = { level: 0.1, rate: 0.02, window: 100 };
    const errors = normals(2100, 6).map((e, t) => Math.abs(e) * 10 ** (t / 2100));
    const radii = adaptiveRadii(errors, spec);

    const outside = radii.filter((radius, k) => (errors[k + 100] ?? 0) > radius).length / 2000;

    // The bound of proposition 4.1.
    expect(Math.abs(outside - 0.1)).toBeLessThan(1.02 / (0.02 * 2000));
    expect(() => adaptiveRadii(errors, { ...spec, rate: 0 })).toThrow("rate 0");
    expect(() => adaptiveRadii(errors.subarray(0, 100), spec)).toThrow("100 errors");
  });
});
