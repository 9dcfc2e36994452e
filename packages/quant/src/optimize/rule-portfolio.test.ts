import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import type { WeightConstraints } from "./constraints.ts";
import { equalWeight } from "./equal-weight.ts";
import { inverseVolatility } from "./inverse-volatility.ts";
import { groupRow } from "./linear-row.ts";

function box(n: number, low: number, high: number, budget = 1): WeightConstraints {
  return {
    lower: new Float64Array(n).fill(low),
    upper: new Float64Array(n).fill(high),
    budget,
    rows: [],
  };
}

describe("equalWeight", () => {
  it("splits the budget", () => {
    expect(equalWeight(box(4, 0, 1))).toEqual({
      status: "satisfied",
      weights: new Float64Array(4).fill(0.25),
    });
    expect(equalWeight(box(4, 0, 1, 2))).toEqual({
      status: "satisfied",
      weights: new Float64Array(4).fill(0.5),
    });
  });

  it("says which constraints it breaks", () => {
    const constraints = {
      ...box(4, 0, 1),
      upper: Float64Array.of(0.2, 1, 1, 1),
      rows: [groupRow("group tech", [0, 1], { lower: 0.6, upper: 1 })],
    };

    expect(equalWeight(constraints, ["A", "B", "C", "D"])).toMatchObject({
      status: "violates",
      violated: [
        {
          constraint: { type: "upper", asset: 0 },
          value: 0.25,
          limit: 0.2,
          message: "A gets 25 %, more than its maximum of 20 %",
        },
        {
          constraint: { type: "row-lower", row: 0 },
          value: 0.5,
          limit: 0.6,
          message: "group tech gets 50 %, less than its minimum of 60 %",
        },
      ],
    });
  });
});

describe("inverseVolatility", () => {
  it("weighs by the inverse of the deviation", () => {
    // By hand: 1/0.2 : 1/0.1 = 1 : 2.
    const result = inverseVolatility(
      matrixFromRows([
        [0.04, 0.01],
        [0.01, 0.01],
      ]),
      box(2, 0, 1),
    );

    expect(result.status).toBe("satisfied");
    if (result.status === "satisfied") {
      expect(largestDifference(result.weights, [1 / 3, 2 / 3])).toBeLessThan(1e-15);
    }
  });

  it("makes weight times volatility the same for all", () => {
    const variance = fc.double({ min: 1e-8, max: 10, noNaN: true });

    fc.assert(
      fc.property(fc.array(variance, { minLength: 1, maxLength: 6 }), (variances) => {
        const covariance = matrixFromRows(
          variances.map((v, i) => variances.map((_, j) => (i === j ? v : 0))),
        );
        const result = inverseVolatility(covariance, box(variances.length, 0, 1));
        if (result.status !== "satisfied") {
          throw new Error(result.status);
        }
        const products = result.weights.map((w, i) => w * Math.sqrt(variances[i]));
        expect(Math.max(...products) / Math.min(...products)).toBeCloseTo(1, 12);
        expect(result.weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  it("names assets without volatility", () => {
    const covariance = matrixFromRows([
      [0, 0],
      [0, 1],
    ]);

    expect(inverseVolatility(covariance, box(2, 0, 1))).toEqual({
      status: "zero-volatility",
      assets: [0],
    });
  });

  it("rejects a covariance that does not fit", () => {
    expect(() => inverseVolatility(matrixFromRows([[1]]), box(2, 0, 1))).toThrow(ArgumentError);
    expect(() => inverseVolatility(matrixFromRows([[-1]]), box(1, 0, 1))).toThrow(ArgumentError);
  });
});
