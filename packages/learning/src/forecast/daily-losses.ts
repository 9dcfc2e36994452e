import { pointLoss } from "../point-loss.ts";
import { quasiLikelihoodLosses } from "../validation/forecast-errors.ts";
import { informationCoefficients } from "../validation/information-coefficient.ts";
import type { ForecastTarget } from "./forecast-target.ts";
import type { ForecastReplay } from "./forecast-training.ts";

/** A figure of each day that has one. */
export interface DailyFigure {
  /** Rows of the replay, ascending. */
  readonly days: Int32Array;
  readonly values: Float64Array;
}

/** A loss ratio beyond which QLIKE does not grow: one day in which prices stood still says no more. */
const QLIKE_MAX = 10;

/**
 * Computes figures of each day from its assets with a forecast and an outcome: `ic` and `rank_ic`, and
 * the mean losses `squared_error`, of volatilities `qlike`, of quantiles `pinball`.
 */
export function dailyLosses(
  target: ForecastTarget,
  { forecasts, outcomes }: Pick<ForecastReplay, "forecasts" | "outcomes">,
): Readonly<Record<string, DailyFigure>> {
  const { rows, cols } = forecasts;
  const figures = new Map<string, { days: number[]; values: number[] }>();
  const record = (name: string, day: number, value: number | undefined) => {
    const figure = figures.get(name) ?? { days: [], values: [] };
    if (value !== undefined && Number.isFinite(value)) {
      figure.days.push(day);
      figure.values.push(value);
    }
    figures.set(name, figure);
  };
  for (let day = 0; day < rows; day++) {
    const own = forecasts.values.subarray(day * cols, (day + 1) * cols);
    const came = outcomes.values.subarray(day * cols, (day + 1) * cols);
    const isKnown = (_: number, j: number) => !Number.isNaN(own[j]) && !Number.isNaN(came[j]);
    recordDay(target, own.filter(isKnown), came.filter(isKnown), (name, value) =>
      record(name, day, value),
    );
  }
  return Object.fromEntries(
    [...figures].map(([name, { days, values }]) => [
      name,
      { days: Int32Array.from(days), values: Float64Array.from(values) },
    ]),
  );
}

function recordDay(
  target: ForecastTarget,
  own: Float64Array,
  came: Float64Array,
  record: (name: string, value: number | undefined) => void,
): void {
  if (own.length === 0) {
    return;
  }
  if (target.kind === "quantile") {
    const { value } = pointLoss({ kind: "quantile", level: target.probability });
    record(
      "pinball",
      meanOver(own, (forecast, j) => value(came[j] - forecast)),
    );
    return;
  }
  const { linear, rank } = informationCoefficients(own, came, new Int32Array(own.length));
  record("ic", linear[0]);
  // Equal forecasts order nothing, which is no skill.
  record("rank_ic", own.length > 1 ? (rank[0] ?? 0) : undefined);
  if (target.kind === "volatility") {
    const losses = quasiLikelihoodLosses(
      came,
      own.map((value) => Math.max(1e-12, value)),
    );
    record(
      "qlike",
      meanOver(losses, (loss) => Math.min(QLIKE_MAX, loss)),
    );
  } else {
    record(
      "squared_error",
      meanOver(own, (forecast, j) => (came[j] - forecast) ** 2),
    );
  }
}

function meanOver(values: Float64Array, term: (value: number, j: number) => number): number {
  return values.reduce((sum, value, j) => sum + term(value, j), 0) / values.length;
}
