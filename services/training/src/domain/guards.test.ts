import { normalSource, randomSource } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { calibrationDifferences } from "./calibration-guard.ts";
import { dateOf } from "./day-number.ts";
import { drawdownDifferences } from "./drawdown-guard.ts";
import type { Replay } from "./model-version.ts";
import type { Target } from "./training-spec.ts";

const symbols = ["A", "B", "C"];

function replayOf(forecasts: readonly number[][], outcomes: readonly number[][]): Replay {
  const matrix = (rows: readonly number[][]) => ({
    ...{ rows: rows.length, cols: symbols.length },
    values: Float64Array.from(rows.flat()),
  });
  return {
    symbols,
    dates: forecasts.map((_, k) => dateOf(15_000 + k)),
    forecasts: matrix(forecasts),
    outcomes: matrix(outcomes),
  };
}

describe("drawdownDifferences", () => {
  it("is the deepest fall from a peak within each block, of the highest third less the lowest", () => {
    // Gains of holding C against A: 3, -2, -4, 1 | 2, 2, -1, 5, and a day of an unfinished block.
    const gains = [3, -2, -4, 1, 2, 2, -1, 5, -9];
    const outcomes = gains.map((gain) => [0, 7, gain]);
    const champion = replayOf(
      gains.map(() => [1, 2, 3]),
      outcomes,
    );
    // The other way round it gains -3, 2, 4, -1 | -2, -2, 1, -5.
    const challenger = replayOf(
      gains.map(() => [3, 2, 1]),
      outcomes,
    );
    const blocks = { blockDays: 4, spanDays: 2 };

    const differences = drawdownDifferences(champion, challenger, champion.dates, blocks);

    // By hand: falls of 6 and 1 against 3 and 8, over the two days of an outcome.
    expect([...differences]).toEqual([1.5, 1.5, 1.5, 1.5, -3.5, -3.5, -3.5, -3.5, 0]);
  });
});

describe("calibrationDifferences", () => {
  const draw = normalSource(randomSource(1));
  const days = 600;
  const signal = Array.from({ length: days }, () => symbols.map(() => draw()));
  const noise = Array.from({ length: days }, () => symbols.map(() => draw()));
  const rows = (value: (k: number, j: number) => number) =>
    signal.map((row, k) => row.map((_, j) => value(k, j)));
  const s = (k: number, j: number) => signal[k]?.[j] ?? 0;
  const e = (k: number, j: number) => noise[k]?.[j] ?? 0;
  const meanOf = (
    target: Target,
    forecast: (k: number, j: number) => number,
    outcome = forecast,
  ) => {
    const outcomes = rows(outcome);
    const champion = replayOf(rows(forecast), outcomes);
    const perfect = replayOf(outcomes, outcomes);
    const { dates } = champion;
    const values = calibrationDifferences(target, champion, perfect, { dates, spanDays: 1 });
    return values.slice(100).reduce((sum, value) => sum + value / (days - 100), 0);
  };

  it("costs returns that are too bold the square of what is too much", () => {
    const target: Target = { kind: "return", horizonDays: 1 };
    const outcome = (k: number, j: number) => s(k, j) + e(k, j);

    // y = s + e, f = 3 s: E(y - 3 s)² - E(y - s)² = 4, over the variance of y, 2.
    expect(meanOf(target, (k, j) => 3 * s(k, j), outcome)).toBeCloseTo(2, 0);
    expect(Math.abs(meanOf(target, s, outcome))).toBeLessThan(0.02);
  });

  it("costs variances that are too low by half as QLIKE does", () => {
    const target: Target = { kind: "volatility", horizonDays: 1 };
    const truth = (k: number, j: number) => Math.exp(s(k, j)) * (1 + 0.5 * Math.tanh(e(k, j)));

    // With a mean of y / f of 2: 2 (1 - 1/2) - ln 2.
    const half = meanOf(target, (k, j) => Math.exp(s(k, j)) / 2, truth);
    expect(half).toBeCloseTo(1 - Math.log(2), 1);
    expect(Math.abs(meanOf(target, (k, j) => Math.exp(s(k, j)), truth))).toBeLessThan(0.02);
  });

  it("costs quantiles that are not low enough, and learns from no outcome before it is known", () => {
    const target: Target = { kind: "quantile", horizonDays: 1, probability: 0.1 };

    expect(meanOf(target, () => 0, e)).toBeGreaterThan(0.1);
    expect(Math.abs(meanOf(target, () => -1.2816, e))).toBeLessThan(0.01);
    const changed = (from: number) => {
      const made = replayOf(
        rows(() => 0),
        rows((k, j) => (k >= from ? 50 : e(k, j))),
      );
      const calm = replayOf(
        made.dates.map(() => [0, 0, 0]),
        made.dates.map(() => [0, 0, 0]),
      );
      const { dates } = made;
      const values = calibrationDifferences(target, made, calm, { dates, spanDays: 5 });
      // All are over the deviation of all outcomes.
      return [...values.subarray(0, 300)].map((value) => value / (values[150] ?? Number.NaN));
    };
    const same = changed(days);
    for (const [k, value] of changed(300).entries()) {
      expect(value).toBeCloseTo(same[k] ?? Number.NaN, 10);
    }
  });
});
