import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  groupRows,
  largestDifference,
  matrixOf,
  type ReferenceGroup,
  readReference,
} from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { traceFrontier } from "./critical-line/trace-frontier.ts";
import type { EfficientFrontier, MeanVarianceProblem } from "./frontier.ts";
import {
  type FrontierPoint,
  minimumVariance,
  type OutOfRange,
  pointAtReturn,
  pointAtVolatility,
} from "./frontier-point.ts";
import { interpolateFrontier } from "./interpolate-frontier.ts";
import { maximumSharpe } from "./maximum-sharpe.ts";
import { maximumUtility } from "./maximum-utility.ts";

interface Answer {
  readonly weights: readonly number[];
  readonly expectedReturn: number;
  readonly variance: number;
}

interface Case {
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
  readonly budget: number;
  readonly riskFreeRate: number;
  readonly groups: readonly ReferenceGroup[];
  readonly minimumVariance: Answer;
  readonly maximumUtility: Answer & { readonly riskAversion: number };
  readonly targetReturn: Answer & { readonly target: number };
  readonly targetVolatility: Answer & { readonly target: number };
  readonly maximumSharpe?: Answer;
}

interface FrontierReference {
  readonly expectedReturns: readonly number[];
  readonly covariance: readonly number[];
  readonly cases: readonly Case[];
}

const reference = readReference<FrontierReference>("frontier.json");

function frontierOf(problem: MeanVarianceProblem): EfficientFrontier {
  const result = traceFrontier(problem);
  if (result.status !== "optimal") {
    throw new Error("infeasible");
  }
  return result.frontier;
}

function referenceFrontier({ lower, upper, budget, groups }: Case): EfficientFrontier {
  const n = reference.expectedReturns.length;
  return frontierOf({
    expectedReturns: Float64Array.from(reference.expectedReturns),
    covariance: matrixOf(reference.covariance, n),
    constraints: {
      lower: new Float64Array(n).fill(lower),
      upper: new Float64Array(n).fill(upper),
      budget,
      rows: groupRows(groups),
    },
  });
}

function found(point: FrontierPoint | OutOfRange): FrontierPoint {
  if (point.status !== "optimal") {
    throw new Error(`out of range ${point.minimum} … ${point.maximum}`);
  }
  return point;
}

/** Two solvers agreed on the answer through cvxpy; see make_reference.py. */
function expectAnswer(point: FrontierPoint, answer: Answer): void {
  expect(largestDifference(point.weights, answer.weights)).toBeLessThan(1e-6);
  expect(Math.abs(point.variance - answer.variance)).toBeLessThan(1e-9);
  expect(Math.abs(point.expectedReturn - answer.expectedReturn)).toBeLessThan(1e-7);
}

describe.each(reference.cases)("20 stocks, $name", (one) => {
  const frontier = referenceFrontier(one);

  it("has the minimum variance of independent solvers", () => {
    expectAnswer(minimumVariance(frontier), one.minimumVariance);
  });

  it("has their portfolio of greatest utility", () => {
    const point = maximumUtility(frontier, one.maximumUtility.riskAversion);

    expectAnswer(point, one.maximumUtility);
    const utility = (x: Answer | FrontierPoint) => x.expectedReturn - 2 * x.variance;
    expect(Math.abs(utility(point) - utility(one.maximumUtility))).toBeLessThan(1e-9);
  });

  it("has their portfolios at a return and at a volatility", () => {
    const atReturn = found(pointAtReturn(frontier, one.targetReturn.target));
    const atVolatility = found(pointAtVolatility(frontier, one.targetVolatility.target));

    expectAnswer(atReturn, one.targetReturn);
    expect(atReturn.expectedReturn).toBeCloseTo(one.targetReturn.target, 14);
    expectAnswer(atVolatility, one.targetVolatility);
    expect(atVolatility.volatility).toBeCloseTo(one.targetVolatility.target, 14);
  });

  it("has their greatest Sharpe ratio", () => {
    if (one.maximumSharpe !== undefined) {
      const point = maximumSharpe(frontier, one.riskFreeRate);
      expectAnswer(point, one.maximumSharpe);
      expect(point.excessReturnIsPositive).toBe(true);
    } else {
      expect(one.budget).toBe(0);
    }
  });
});

const TWO_ASSETS: MeanVarianceProblem = {
  expectedReturns: Float64Array.of(0.1, 0.05),
  covariance: matrixFromRows([
    [0.04, 0],
    [0, 0.01],
  ]),
  constraints: {
    lower: new Float64Array(2),
    upper: new Float64Array(2).fill(1),
    budget: 1,
    rows: [],
  },
};

const SINGLE: EfficientFrontier = frontierOf({
  ...TWO_ASSETS,
  expectedReturns: Float64Array.of(0.1, 0.1),
});

describe("points of a frontier", () => {
  it("says what range it spans when asked outside", () => {
    const frontier = frontierOf(TWO_ASSETS);

    expect(pointAtReturn(frontier, 0.11)).toEqual({
      status: "out-of-range",
      minimum: expect.closeTo(0.06, 12),
      maximum: 0.1,
    });
    expect(pointAtReturn(frontier, Number.NaN).status).toBe("out-of-range");
    expect(pointAtVolatility(frontier, 0.05)).toEqual({
      status: "out-of-range",
      minimum: expect.closeTo(Math.sqrt(0.008), 12),
      maximum: expect.closeTo(0.2, 12),
    });
  });

  it("accepts the ends of the range in spite of rounding", () => {
    const frontier = frontierOf(TWO_ASSETS);
    const { volatility, expectedReturn } = minimumVariance(frontier);

    expect(found(pointAtVolatility(frontier, volatility * (1 - 1e-15))).lambda).toBeCloseTo(0, 12);
    expect(found(pointAtReturn(frontier, expectedReturn * (1 - 1e-15))).lambda).toBeCloseTo(0, 12);
    expect(Array.from(found(pointAtReturn(frontier, 0.1)).weights)).toEqual([1, 0]);
  });

  it("hits any return and any volatility of the range", () => {
    const frontier = referenceFrontier(reference.cases[1]);
    const { turningPoints } = frontier;
    const [first, last] = [turningPoints[0], turningPoints[turningPoints.length - 1]];

    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (part) => {
        const wanted = last.expectedReturn + part * (first.expectedReturn - last.expectedReturn);
        expect(found(pointAtReturn(frontier, wanted)).expectedReturn).toBeCloseTo(wanted, 12);
        const [low, high] = [Math.sqrt(last.variance), Math.sqrt(first.variance)];
        const volatility = low + part * (high - low);
        expect(found(pointAtVolatility(frontier, volatility)).volatility).toBeCloseTo(
          volatility,
          12,
        );
      }),
    );
  });

  it("interpolates evenly in return, both ends included", () => {
    const points = interpolateFrontier(frontierOf(TWO_ASSETS), 5);

    const returns = points.map(({ expectedReturn }) => expectedReturn);
    expect(largestDifference(returns, [0.1, 0.09, 0.08, 0.07, 0.06])).toBeLessThan(1e-14);
  });

  it("gives one point of a frontier that is a point", () => {
    expect(interpolateFrontier(SINGLE, 5).length).toBe(1);
    expect(found(pointAtReturn(SINGLE, 0.1)).lambda).toBe(0);
    expect(found(pointAtVolatility(SINGLE, Math.sqrt(0.008))).lambda).toBe(0);
    expect(maximumUtility(SINGLE, 3).lambda).toBe(0);
    expect(() => interpolateFrontier(SINGLE, 1)).toThrow(ArgumentError);
  });
});

describe("maximumUtility", () => {
  it("gives the greatest return without risk aversion and nearly the least variance with much", () => {
    const frontier = frontierOf(TWO_ASSETS);

    expect(Array.from(maximumUtility(frontier, 0).weights)).toEqual([1, 0]);
    expect(largestDifference(maximumUtility(frontier, 1e9).weights, [0.2, 0.8])).toBeLessThan(1e-8);
    // By hand: 0.04·w − 0.01·(1 − w) = 0.05/γ at γ = 2.
    expect(maximumUtility(frontier, 2).weights[0]).toBeCloseTo(0.7, 13);
    expect(() => maximumUtility(frontier, -1)).toThrow(ArgumentError);
    expect(() => maximumUtility(frontier, Number.NaN)).toThrow(ArgumentError);
  });
});

describe("maximumSharpe", () => {
  it("holds uncorrelated assets in proportion to excess return over variance", () => {
    // By hand: 0.08/0.04 : 0.03/0.01 = 2 : 3.
    const point = maximumSharpe(frontierOf(TWO_ASSETS), 0.02);

    expect(largestDifference(point.weights, [0.4, 0.6])).toBeLessThan(1e-13);
    expect(point.excessReturnIsPositive).toBe(true);
  });

  it("is the best of many portfolios", () => {
    const frontier = referenceFrontier(reference.cases[2]);
    const best = maximumSharpe(frontier, 0.03);

    for (const { expectedReturn, volatility } of interpolateFrontier(frontier, 500)) {
      expect((expectedReturn - 0.03) / volatility).toBeLessThanOrEqual(
        (best.expectedReturn - 0.03) / best.volatility + 1e-12,
      );
    }
  });

  it("says when no portfolio earns more than the risk-free rate", () => {
    const frontier = frontierOf(TWO_ASSETS);
    const point = maximumSharpe(frontier, 0.2);

    expect(point.excessReturnIsPositive).toBe(false);
    for (const other of interpolateFrontier(frontier, 100)) {
      expect((other.expectedReturn - 0.2) / other.volatility).toBeLessThanOrEqual(
        (point.expectedReturn - 0.2) / point.volatility + 1e-12,
      );
    }
  });

  it("prefers the risky tangency to cash at the risk-free rate, and cash above it", () => {
    const withCash = (rate: number): EfficientFrontier =>
      frontierOf({
        expectedReturns: Float64Array.of(0.1, 0.05, rate),
        covariance: matrixFromRows([
          [0.04, 0, 0],
          [0, 0.01, 0],
          [0, 0, 0],
        ]),
        constraints: {
          lower: new Float64Array(3),
          upper: new Float64Array(3).fill(1),
          budget: 1,
          rows: [],
        },
      });

    expect(
      largestDifference(maximumSharpe(withCash(0.02), 0.02).weights, [0.4, 0.6, 0]),
    ).toBeLessThan(1e-12);
    expect(Array.from(maximumSharpe(withCash(0.03), 0.02).weights)).toEqual([0, 0, 1]);
  });

  it("rejects a rate that is not a number", () => {
    expect(() => maximumSharpe(SINGLE, Number.NaN)).toThrow(ArgumentError);
  });
});
