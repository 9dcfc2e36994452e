import { normalSource, randomSource } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { standardScores } from "./asset-forecasts.ts";
import { dateOf } from "./day-number.ts";
import { shrinkCoefficient } from "./forecast-skill.ts";
import type { Replay } from "./model-version.ts";
import { pastForecasts } from "./past-forecasts.ts";
import type { Target } from "./training-spec.ts";

const [DAYS, COLS, HORIZON, REPLAY_START] = [700, 5, 5, 300];
/** 63 outcomes, the last of them a horizon ago. */
const FIRST_ROW = 62 + HORIZON;
const symbols = ["A", "B", "C", "D", "E"];
const target: Target = { kind: "return", horizonDays: HORIZON };
const dates = Array.from({ length: DAYS }, (_, t) => dateOf(12_000 + t));

/** Prices whose days from one on are drawn anew, and a replay that half knows the outcomes. */
function world(changedFrom = DAYS) {
  const draw = normalSource(randomSource(1));
  const other = normalSource(randomSource(2));
  const closes = new Float64Array(DAYS * COLS).fill(100);
  for (let k = COLS; k < closes.length; k++) {
    const [same, changed] = [draw(), other()];
    const step = Math.floor(k / COLS) < changedFrom ? same : changed;
    closes[k] = (closes[k - COLS] ?? 0) * Math.exp(0.01 * step);
  }
  const rows = DAYS - REPLAY_START;
  const outcomes = new Float64Array(rows * COLS).fill(Number.NaN);
  for (let k = 0; k < (rows - HORIZON) * COLS; k++) {
    const at = k + REPLAY_START * COLS;
    outcomes[k] = (closes[at + HORIZON * COLS] ?? 0) / (closes[at] ?? 1) - 1;
  }
  const noise = normalSource(randomSource(3));
  const forecasts = outcomes.map((value) => (value || 0) + 0.02 * noise());
  const replay: Replay = {
    symbols,
    dates: dates.slice(REPLAY_START),
    forecasts: { rows, cols: COLS, values: forecasts },
    outcomes: { rows, cols: COLS, values: outcomes },
  };
  return { replay, prices: { symbols, dates, closes: { rows: DAYS, cols: COLS, values: closes } } };
}

const ask = (asOfDates: readonly string[], maxAgeDays = 7, made = world()) =>
  pastForecasts({ target, ...made, asOfDates, maxAgeDays });

describe("pastForecasts", () => {
  it("says the same of a day whatever comes after it", () => {
    const last = 600;
    const [asked, after] = [[REPLAY_START + FIRST_ROW, 450, last], [last + HORIZON + 1]].map(
      (rows) => rows.map((t) => dates[t] ?? ""),
    ) as [string[], string[]];
    const [made, other] = [world(), world(last + 1)];
    // What was forecast up to the day stays, prices and outcomes from the next day on do not.
    const past = made.replay.forecasts.values.subarray(0, (last + 1 - REPLAY_START) * COLS);
    other.replay.forecasts.values.set(past);
    const changedFrom = (last + 1 - REPLAY_START - HORIZON) * COLS;

    const known = ask(asked, 7, made);

    expect(known.madeOnDates).toEqual(asked);
    expect(known.excessReturnsPerYear?.values.every(Number.isFinite)).toBe(true);
    expect(ask(asked, 7, other)).toEqual(known);
    expect(other.replay.outcomes.values[changedFrom]).not.toBe(
      made.replay.outcomes.values[changedFrom],
    );
    expect(ask(after, 7, other).confidences).not.toEqual(ask(after, 7, made).confidences);
  });

  it("scales by the skill that was known and the volatility of the year before", () => {
    const row = 150;
    const made = world();
    const { excessReturnsPerYear, confidences } = ask([dates[REPLAY_START + row] ?? ""]);
    const { forecasts, outcomes } = made.replay;
    const rowOf = (values: Float64Array, t: number) => values.subarray(t * COLS, (t + 1) * COLS);
    const daily = Array.from({ length: row - HORIZON + 1 }, (_, t) =>
      correlation(rowOf(forecasts.values, t), rowOf(outcomes.values, t)),
    );
    const skill = shrinkCoefficient(...meanAndError(daily, HORIZON - 1));

    expect(confidences?.[0]).toBeCloseTo(skill ** 2, 12);
    expect(skill).toBeGreaterThan(0.3);
    const standard = standardScores(rowOf(forecasts.values, row));
    for (let j = 0; j < COLS; j++) {
      const expected =
        skill *
        Math.sqrt(252 / HORIZON) *
        excessVolatility(made.prices.closes.values, REPLAY_START + row, j) *
        (standard[j] ?? 0);
      expect(excessReturnsPerYear?.values[j]).toBeCloseTo(expected, 10);
    }
  });

  it("begins when the outcomes of 63 days are known, and ends with the last day validated", () => {
    const [early, first] = [FIRST_ROW - 1, FIRST_ROW].map((row) => dates[REPLAY_START + row] ?? "");
    const { range, madeOnDates } = ask([early ?? "", first ?? ""]);

    expect(range).toEqual({ firstDate: first, lastDate: dates.at(-1) });
    expect(madeOnDates).toEqual(["", first]);
    const many = { ...target, horizonDays: 60 };
    const none = pastForecasts({ target: many, ...world(), asOfDates: [], maxAgeDays: 7 });
    expect(none.range).toBeUndefined();
  });

  it("takes the latest forecast before, unless it is too old", () => {
    const made = world();
    const gap = 500;
    made.replay.forecasts.values.fill(
      Number.NaN,
      (gap - REPLAY_START) * COLS,
      (gap + 10 - REPLAY_START) * COLS,
    );
    const asked = [gap - 1, gap, gap + 6, gap + 7, gap + 10].map((t) => dates[t] ?? "");
    const before = dates[gap - 1] ?? "";

    const { madeOnDates, scores, confidences } = ask(asked, 7, made);

    expect(madeOnDates).toEqual([before, before, before, "", asked.at(-1)]);
    expect(scores.values.subarray(COLS, 2 * COLS)).toEqual(scores.values.subarray(0, COLS));
    expect(scores.values.subarray(3 * COLS, 4 * COLS).every(Number.isNaN)).toBe(true);
    expect(confidences?.[3]).toBe(0);
  });

  it("gives volatilities per year from the first day on, without any skill", () => {
    const made = world();
    made.replay.forecasts.values.fill(0.0001);
    const calm: Target = { kind: "volatility", horizonDays: HORIZON };
    const asOfDates = [dates[REPLAY_START] ?? ""];

    const found = pastForecasts({ target: calm, ...made, asOfDates, maxAgeDays: 0 });

    expect(found.range?.firstDate).toBe(asOfDates[0]);
    for (const value of found.scores.values) expect(value).toBeCloseTo(Math.sqrt(0.0252), 14);
    expect(found.excessReturnsPerYear).toBeUndefined();
  });
});

function correlation(x: Float64Array, y: Float64Array): number {
  const [a, b] = [x, y].map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  }) as [Float64Array, Float64Array];
  const dot = (u: Float64Array, v: Float64Array) =>
    u.reduce((sum, value, k) => sum + value * (v[k] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** Mean, and its error by Newey and West with Bartlett weights. */
function meanAndError(values: readonly number[], lags: number): [number, number] {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const covariance = (lag: number) =>
    values.reduce(
      (sum, x, t) => sum + (t < lag ? 0 : (x - mean) * ((values[t - lag] ?? 0) - mean)),
      0,
    ) / n;
  let variance = covariance(0);
  for (let lag = 1; lag <= lags; lag++) variance += 2 * (1 - lag / (lags + 1)) * covariance(lag);
  return [mean, Math.sqrt(variance / n)];
}

/** Of logarithmic returns over the mean of all assets, in the 252 days up to one. */
function excessVolatility(closes: Float64Array, row: number, asset: number): number {
  const own: number[] = [];
  for (let t = row - 251; t <= row; t++) {
    const returns = Array.from({ length: COLS }, (_, j) =>
      Math.log((closes[t * COLS + j] ?? 0) / (closes[(t - 1) * COLS + j] ?? 1)),
    );
    own.push((returns[asset] ?? 0) - returns.reduce((sum, value) => sum + value / COLS, 0));
  }
  const mean = own.reduce((sum, value) => sum + value / own.length, 0);
  const squares = own.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt((252 * squares) / (own.length - 1));
}
