import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../../test/reference.ts";
import { ArgumentError } from "../../errors.ts";
import { type Matrix, matrixFromRows } from "../../linalg/matrix.ts";
import type { WeightConstraints } from "../constraints.ts";
import { hierarchicalRiskParity } from "./hierarchical-risk-parity.ts";

function longOnly(n: number): WeightConstraints {
  return { lower: new Float64Array(n), upper: new Float64Array(n).fill(1), budget: 1, rows: [] };
}

function weightsOf(covariance: Matrix): Float64Array {
  const result = hierarchicalRiskParity(covariance, longOnly(covariance.rows));
  if (result.status !== "satisfied") {
    throw new Error(result.status);
  }
  return result.weights;
}

const { covariance: entries } = readReference<{ covariance: readonly number[] }>("frontier.json");
const real = matrixOf(entries, 20);

describe("hierarchicalRiskParity", () => {
  it("is inverse variance for two assets", () => {
    // By hand: 1/0.04 : 1/0.01 = 1 : 4.
    const covariance = matrixFromRows([
      [0.04, 0.01],
      [0.01, 0.01],
    ]);

    expect(largestDifference(weightsOf(covariance), [0.2, 0.8])).toBeLessThan(1e-15);
  });

  it("splits between clusters before it splits within them", () => {
    // By hand: the clusters are {0, 2} with ρ = 0.5 and {1, 3} with ρ = 0.4.
    const covariance = matrixFromRows([
      [1, 0, 0.5, 0],
      [0, 1, 0, 0.4],
      [0.5, 0, 1, 0],
      [0, 0.4, 0, 1],
    ]);
    // Their variances are (1 + 0.5)/2 = 0.75 and (1 + 0.4)/2 = 0.7.
    const first = 0.7 / 1.45;

    expect(
      largestDifference(weightsOf(covariance), [
        first / 2,
        (1 - first) / 2,
        first / 2,
        (1 - first) / 2,
      ]),
    ).toBeLessThan(1e-15);
  });

  it("agrees with PyPortfolioOpt on real prices", () => {
    const { hierarchicalRiskParity: weights } = readReference<{
      hierarchicalRiskParity: readonly number[];
    }>("risk-budgeting.json");

    expect(largestDifference(weightsOf(real), weights)).toBeLessThan(1e-12);
  });

  it("does not depend on the unit of returns", () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100 }), (exponent) => {
        const scale = 10 ** exponent;
        const scaled = { ...real, values: real.values.map((v) => v * scale) };

        expect(largestDifference(weightsOf(scaled), weightsOf(real))).toBeLessThan(1e-13);
      }),
    );
  });

  it("has positive weights that sum to the budget, even for a singular covariance", () => {
    const list = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 2 });

    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 10 }), (factors) => {
        const rows = factors.map(([a = 0, b = 0]) => [a === 0 ? 1 : a, b]);
        const covariance = matrixFromRows(
          rows.map(([a, b]) => rows.map(([c, d]) => (a * c + b * d) / 1e4)),
        );
        const weights = weightsOf(covariance);

        expect(weights.every((w) => w >= 0)).toBe(true);
        expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  it("takes assets whose volatilities lie 300 digits apart", () => {
    const deviations = [1e-150, 1e150, 1, 1e-150, 1e150];
    const covariance = matrixFromRows(
      deviations.map((one, i) => deviations.map((other, j) => one * other * (i === j ? 1 : 0.5))),
    );

    const weights = weightsOf(covariance);

    // All but nothing is held of the others, and the two calmest are alike.
    expect(largestDifference(weights, [0.5, 0, 0, 0.5, 0])).toBeLessThan(1e-15);
  });

  it("gives all to one asset, and names those without volatility", () => {
    const flat = matrixFromRows([
      [0, 0],
      [0, 1],
    ]);

    expect(weightsOf(matrixFromRows([[0.3]]))).toEqual(Float64Array.of(1));
    expect(hierarchicalRiskParity(flat, longOnly(2))).toEqual({
      status: "zero-volatility",
      assets: [0],
    });
  });

  it("says which constraints it breaks", () => {
    const limits = { ...longOnly(20), upper: new Float64Array(20).fill(0.05) };

    expect(hierarchicalRiskParity(real, limits).status).toBe("violates");
  });

  it("rejects a matrix that is no covariance", () => {
    const asymmetric = matrixFromRows([
      [1, 0.5],
      [0.2, 1],
    ]);

    expect(() => weightsOf(asymmetric)).toThrow(ArgumentError);
    expect(() => hierarchicalRiskParity(real, longOnly(3))).toThrow(ArgumentError);
  });
});
