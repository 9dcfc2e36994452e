import { describe, expect, it } from "vitest";
import { deepestFalls, figuresOf, histogram, rolling, underwater } from "./series-statistics.ts";

const VALUES = [100, 110, 99, 121, 96.8, 120, 130];
const DATES = VALUES.map((_, i) => `2020-01-0${i + 1}`);

describe("series statistics", () => {
  it("measures a series of values", () => {
    const figures = figuresOf(VALUES);

    expect(figures.totalReturn).toBeCloseTo(0.3, 12);
    expect(figures.maximumDrawdown).toBeCloseTo(0.2, 12);
    expect(figures.worstDay).toBeCloseTo(-0.2, 12);
    expect(figures.hitRate).toBeCloseTo(4 / 6, 12);
    expect(figures.compoundReturn).toBeCloseTo(1.3 ** (252 / 6) - 1, 6);
  });

  it("has no Sharpe ratio without volatility", () => {
    expect(figuresOf([1, 1, 1]).sharpe).toBeNaN();
  });

  it("finds the falls, the deepest first, and which of them are over", () => {
    const falls = deepestFalls([...VALUES, 117], [...DATES, "2020-01-08"], 2);

    expect(falls.map(({ depth }) => depth.toFixed(3))).toEqual(["0.200", "0.100"]);
    expect(falls[0]).toMatchObject({
      peakDate: "2020-01-04",
      troughDate: "2020-01-05",
      recoveryDate: "2020-01-07",
    });
    expect(deepestFalls([2, 1], ["a", "b"], 1)[0]?.recoveryDate).toBe("");
  });

  it("is under water between peaks", () => {
    expect(Array.from(underwater([1, 2, 1, 2]))).toEqual([0, 0, -0.5, 0]);
  });

  it("rolls, with a beta of 1 against itself", () => {
    const betas = rolling(VALUES, VALUES, 3, "beta");

    expect(betas[2]).toBeNaN();
    expect(betas[3]).toBeCloseTo(1, 12);
  });

  it("counts every value in a bin", () => {
    const { counts, start, width } = histogram([0, 1, 2, 3, 4], 2);

    expect({ counts, start, width }).toEqual({ counts: [2, 3], start: 0, width: 2 });
  });
});
