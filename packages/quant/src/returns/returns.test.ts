import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import {
  annualizeCovariance,
  annualizeMean,
  annualizeVolatility,
  compoundAnnualReturn,
} from "./annualize.ts";
import { logReturns } from "./log-returns.ts";
import { simpleReturns } from "./simple-returns.ts";

interface Estimators {
  readonly prices: readonly (readonly number[])[];
  readonly simpleReturns: readonly number[];
  readonly logReturns: readonly number[];
}

describe("simpleReturns and logReturns", () => {
  it("agree with pandas on real prices", () => {
    const reference = readReference<Estimators>("estimators.json");
    const prices = matrixOf(reference.prices.flat(), 5);

    expect(largestDifference(simpleReturns(prices).values, reference.simpleReturns)).toBeLessThan(
      1e-15,
    );
    expect(largestDifference(logReturns(prices).values, reference.logReturns)).toBeLessThan(1e-15);
  });

  it("give no row for a single row of prices", () => {
    expect(simpleReturns(matrixFromRows([[1, 2]]))).toEqual({
      rows: 0,
      cols: 2,
      values: new Float64Array(0),
    });
  });

  it("reject prices that are not positive", () => {
    for (const price of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => simpleReturns(matrixFromRows([[1], [price]]))).toThrow(ArgumentError);
      expect(() => logReturns(matrixFromRows([[1], [price]]))).toThrow(ArgumentError);
    }
    expect(() => simpleReturns(matrixFromRows([]))).toThrow(ArgumentError);
  });
});

describe("annualizing", () => {
  it("multiplies by 252 days", () => {
    expect(annualizeMean(Float64Array.of(0.001))[0]).toBeCloseTo(0.252, 15);
    expect(annualizeCovariance(matrixFromRows([[1e-4]])).values[0]).toBeCloseTo(0.0252, 15);
    expect(annualizeVolatility(0.01)).toBeCloseTo(0.1587450786638754, 15);
  });
});

describe("compoundAnnualReturn", () => {
  it("is the rate whose yearly growth gives the same end", () => {
    // By hand: two years of days that together quadruple the money, so 100 % a year.
    const daily = 4 ** (1 / 504) - 1;

    expect(compoundAnnualReturn(new Float64Array(504).fill(daily))).toBeCloseTo(1, 12);
  });

  it("equals the product formula", () => {
    const series = fc.array(fc.double({ min: -0.5, max: 1, noNaN: true }), {
      minLength: 200,
      maxLength: 300,
    });

    fc.assert(
      fc.property(series, (returns) => {
        const growth = returns.reduce((product, r) => product * (1 + r), 1);
        const rate = growth ** (252 / returns.length) - 1;
        expect(Math.abs(compoundAnnualReturn(Float64Array.from(returns)) - rate)).toBeLessThan(
          1e-9 * (1 + Math.abs(rate)),
        );
      }),
    );
  });

  it("is -1 after a total loss and rejects what no return can be", () => {
    expect(compoundAnnualReturn(Float64Array.of(0.1, -1))).toBe(-1);
    expect(() => compoundAnnualReturn(Float64Array.of(-1.1))).toThrow(ArgumentError);
    expect(() => compoundAnnualReturn(new Float64Array(0))).toThrow(ArgumentError);
  });
});
