import { ArgumentError, type Matrix } from "@portfolio/quant";
import { dateOf } from "./backtest-days.ts";
import { mapStrategy, type Strategy } from "./backtest-strategy.ts";
import {
  covarianceFromForecasts,
  type ForecastMethods,
  returnsFromForecasts,
  viewsFromForecasts,
} from "./forecast-methods.ts";
import type { ForecastOrigin } from "./forecast-queries.ts";
import type { OptimizationTask } from "./solve-task.ts";
import type { TrainingView } from "./training-window.ts";

/** What a version would have forecast on days of the past: a row per day, a column per asset. */
export interface ForecastHistory {
  readonly source: ForecastOrigin;
  /** Since 1970-01-01, ascending, length D. */
  readonly days: Int32Array;
  /** 1 where there is a forecast, length D. */
  readonly isKnown: Uint8Array;
  /** As of `AssetForecasts`, shape (D, N); NaN where an asset has none, as in the next matrix. */
  readonly excessReturnsPerYear: Matrix | undefined;
  /** As of `AssetForecasts`, length D. */
  readonly confidences: Float64Array;
  readonly volatilitiesPerYear: Matrix | undefined;
}

/** Forecasts that the decisions of an optimization rest on, each at its own day. */
export interface DatedForecasts {
  readonly returns:
    | { readonly history: ForecastHistory; readonly marketReturnPerYear: number | undefined }
    | undefined;
  readonly views: { readonly history: ForecastHistory; readonly tau: number } | undefined;
  readonly volatilities: { readonly history: ForecastHistory } | undefined;
}

/** A strategy, and what it may look at. */
interface Seen<Plan> {
  readonly strategy: Plan;
  readonly view: TrainingView;
}

type Plan = Omit<Strategy<OptimizationTask>, "name" | "fallbacks">;

/**
 * Puts the forecasts of the last day seen into a strategy. Assets without one may not be held.
 *
 * @throws {ArgumentError} There is no forecast on the day.
 */
export function withForecastsOf(view: TrainingView, strategy: Plan): Seen<Plan> {
  const isForecast = new Uint8Array(view.closes.cols).fill(1);
  let isDated = false;
  const dated = mapStrategy({ name: "", fallbacks: [], ...strategy }, (task) => {
    const { forecasts, ...rest } = task;
    if (forecasts === undefined) {
      return task;
    }
    isDated = true;
    return { ...rest, ...methodsOn(forecasts, view.lastDay, isForecast) };
  });
  if (!isDated) {
    return { strategy, view };
  }
  const isMember = isForecast.map((mark, j) => mark & (view.isMember?.[j] ?? 1));
  return { strategy: dated, view: { ...view, isMember } };
}

/** Reads the methods of a day, and unmarks the assets without a forecast. */
function methodsOn(
  { returns, views, volatilities }: DatedForecasts,
  day: number | undefined,
  isForecast: Uint8Array,
): ForecastMethods {
  const read = (history: ForecastHistory, matrix: Matrix | undefined) =>
    forecastsOn(history, matrix, { day, isForecast });
  const found: ForecastMethods[] = [];
  if (returns) {
    const { values } = read(returns.history, returns.history.excessReturnsPerYear);
    found.push(returnsFromForecasts(values, returns));
  }
  if (views) {
    const { history, tau } = views;
    const { values, row } = read(history, history.excessReturnsPerYear);
    const expression = `${history.source.modelId}/${history.source.version}`;
    found.push(viewsFromForecasts(values, history.confidences[row] ?? 0, { tau, expression }));
  }
  if (volatilities) {
    const { values } = read(volatilities.history, volatilities.history.volatilitiesPerYear);
    found.push(covarianceFromForecasts(values));
  }
  return Object.assign({}, ...found);
}

function forecastsOn(
  { days, isKnown, source }: ForecastHistory,
  matrix: Matrix | undefined,
  { day, isForecast }: { readonly day: number | undefined; readonly isForecast: Uint8Array },
): { readonly values: Float64Array; readonly row: number } {
  const row = day === undefined ? -1 : days.indexOf(day);
  if (matrix === undefined || day === undefined || isKnown[row] !== 1) {
    const when = day === undefined ? "days without order" : dateOf(day);
    throw new ArgumentError(`model ${source.modelId} has no forecast on ${when}`);
  }
  const values = matrix.values.slice(row * matrix.cols, (row + 1) * matrix.cols);
  for (const [j, value] of values.entries()) {
    if (Number.isNaN(value)) {
      isForecast[j] = 0;
    }
  }
  return { values, row };
}
