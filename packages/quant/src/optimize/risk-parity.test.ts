import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { riskContributions } from "../risk/risk-contributions.ts";
import type { WeightConstraints } from "./constraints.ts";
import { riskParity } from "./risk-parity.ts";

interface RiskBudgetingReference {
  readonly riskParity: readonly {
    readonly name: string;
    readonly budgets: readonly number[];
    readonly weights: readonly number[];
  }[];
}

function longOnly(n: number, budget = 1): WeightConstraints {
  return {
    lower: new Float64Array(n),
    upper: new Float64Array(n).fill(Math.max(1, budget)),
    budget,
    rows: [],
  };
}

function weightsOf(covariance: Matrix, budgets?: readonly number[], budget = 1): Float64Array {
  const result = riskParity(
    covariance,
    longOnly(covariance.rows, budget),
    [],
    budgets && Float64Array.from(budgets),
  );
  if (result.status !== "satisfied") {
    throw new Error(result.status);
  }
  return result.weights;
}

function riskShares(weights: Float64Array, covariance: Matrix): Float64Array {
  const { contributions, volatility } = riskContributions(weights, covariance);
  return contributions.map((contribution) => contribution / volatility);
}

/** FF' + D: factors of any sign, and a little risk of each asset's own. */
const problem = fc
  .integer({ min: 1, max: 12 })
  .chain((n) =>
    fc.record({
      factors: fc.array(fc.array(fc.integer({ min: -100, max: 100 }), listOf(3)), listOf(n)),
      own: fc.array(fc.integer({ min: 5, max: 100 }), listOf(n)),
      budgets: fc.array(fc.integer({ min: 1, max: 1000 }), listOf(n)),
    }),
  )
  .map(({ factors, own, budgets }) => ({
    budgets,
    covariance: matrixFromRows(
      factors.map((f, i) =>
        factors.map(
          (g, j) =>
            (f.reduce((sum, x, k) => sum + x * (g[k] ?? 0), 0) + (i === j ? own[i] ** 2 : 0)) / 1e5,
        ),
      ),
    ),
  }));

function listOf(length: number) {
  return { minLength: length, maxLength: length };
}

describe("riskParity", () => {
  it("is inverse volatility for two assets, whatever their correlation", () => {
    fc.assert(
      fc.property(fc.integer({ min: -99, max: 99 }), (percent) => {
        const covariance = matrixFromRows([
          [0.04, 0.0002 * percent],
          [0.0002 * percent, 0.01],
        ]);
        expect(largestDifference(weightsOf(covariance), [1 / 3, 2 / 3])).toBeLessThan(1e-12);
      }),
    );
  });

  it("weighs uncorrelated assets by √budget over volatility", () => {
    // By hand: wᵢ²σᵢ² ∝ bᵢ, so w ∝ 1/0.2 : 2/0.1 = 1 : 4 for budgets 1 : 4.
    const covariance = matrixFromRows([
      [0.04, 0],
      [0, 0.01],
    ]);
    expect(largestDifference(weightsOf(covariance, [1, 4]), [0.2, 0.8])).toBeLessThan(1e-14);
  });

  it("gives each asset its budget of the risk", () => {
    fc.assert(
      fc.property(problem, ({ covariance, budgets }) => {
        const weights = weightsOf(covariance, budgets);
        const total = budgets.reduce((sum, b) => sum + b, 0);

        expect(
          largestDifference(
            riskShares(weights, covariance),
            budgets.map((b) => b / total),
          ),
        ).toBeLessThan(1e-9);
        expect(weights.every((w) => w > 0)).toBe(true);
        expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on the order of assets", () => {
    fc.assert(
      fc.property(problem, ({ covariance: { rows: n, values }, budgets }) => {
        const reversed = { rows: n, cols: n, values: values.toReversed() };
        const weights = weightsOf({ rows: n, cols: n, values }, budgets);

        expect(
          largestDifference(weightsOf(reversed, budgets.toReversed()).toReversed(), weights),
        ).toBeLessThan(1e-9);
      }),
    );
  });

  const { covariance: entries } = readReference<{ covariance: readonly number[] }>("frontier.json");
  const real = matrixOf(entries, 20);

  it.each(readReference<RiskBudgetingReference>("risk-budgeting.json").riskParity)(
    "agrees with the convex program on real prices: budgets $name",
    ({ budgets, weights }) => {
      expect(largestDifference(weightsOf(real, budgets), weights)).toBeLessThan(1e-10);
    },
  );

  it("scales to the budget", () => {
    const once = weightsOf(real);

    expect(
      largestDifference(
        weightsOf(real, undefined, 1.5),
        once.map((w) => 1.5 * w),
      ),
    ).toBeLessThan(1e-14);
  });

  it("keeps its digits next to a singular covariance", () => {
    // Assets 0 and 1 move almost against each other; 2 moves with neither.
    const covariance = matrixFromRows([
      [1, -0.9999, 0],
      [-0.9999, 1, 0],
      [0, 0, 1],
    ]);
    const shares = riskShares(weightsOf(covariance), covariance);

    expect(largestDifference(shares, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-9);
  });

  it("takes assets that move as one", () => {
    const covariance = matrixFromRows([
      [0.04, 0.04, 0],
      [0.04, 0.04, 0],
      [0, 0, 0.04],
    ]);

    // By hand: x and x together against y: x·2x = ⅓, y² = ⅓, so y = √2·x.
    const x = 1 / (2 + Math.SQRT2);
    expect(largestDifference(weightsOf(covariance), [x, x, Math.SQRT2 * x])).toBeLessThan(1e-10);
  });

  it("says that risk which cancels out cannot be shared", () => {
    const covariance = matrixFromRows([
      [0.04, -0.02],
      [-0.02, 0.01],
    ]);
    const flat = matrixFromRows([
      [0, 0],
      [0, 1],
    ]);

    expect(riskParity(covariance, longOnly(2))).toEqual({ status: "zero-volatility", assets: [] });
    expect(riskParity(flat, longOnly(2))).toEqual({ status: "zero-volatility", assets: [0] });
  });

  it("says which constraints it breaks", () => {
    const covariance = matrixFromRows([
      [0.04, 0],
      [0, 0.01],
    ]);
    const limits = { ...longOnly(2), upper: Float64Array.of(1, 0.5) };

    expect(riskParity(covariance, limits, ["A", "B"])).toMatchObject({
      status: "violates",
      violated: [{ constraint: { type: "upper", asset: 1 }, limit: 0.5 }],
    });
  });

  it("rejects budgets and matrices that make no sense", () => {
    const two = matrixFromRows([
      [1, 0],
      [0, 1],
    ]);
    const indefinite = matrixFromRows([
      [1, -0.9, -0.9],
      [-0.9, 1, -0.9],
      [-0.9, -0.9, 1],
    ]);

    for (const budgets of [[1], [1, 0], [1, -1], [1, Number.NaN], [1, Number.POSITIVE_INFINITY]]) {
      expect(() => weightsOf(two, budgets)).toThrow(ArgumentError);
    }
    expect(() => weightsOf(indefinite)).toThrow(ArgumentError);
    expect(() => riskParity(two, longOnly(3))).toThrow(ArgumentError);
  });
});
