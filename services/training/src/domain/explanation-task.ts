import {
  AdditivityError,
  type DayExplanation,
  decodeForecastModel,
  type ExplanationMethod,
  type ExplanationUnit,
  explainForecasts,
  type ForecastModel,
  type PriceMarket,
  priceMarket,
} from "@portfolio/learning";
import { AppError } from "@portfolio/platform/app-error";
import type { Matrix } from "@portfolio/quant";
import type { ForecastPrices } from "./forecaster.ts";
import { type FeatureGroup, type GroupWorth, groupWorths } from "./group-worths.ts";

/** Explanations to compute away from the event loop. */
export interface ExplanationTask {
  readonly artifact: Uint8Array;
  readonly prices: ForecastPrices;
  /** Undefined means the usual one of the kind of model. */
  readonly method: ExplanationMethod | undefined;
  /** Days to explain, the last one included. */
  readonly dayCount: number;
  /** Rows between two days. */
  readonly stepDays: number;
  readonly groups: readonly FeatureGroup[];
  readonly seed: number;
}

/** What was found. */
export interface ExplanationOutcome {
  readonly method: ExplanationMethod;
  readonly unit: ExplanationUnit;
  readonly names: readonly string[];
  /** Forecasts of the last day, explained. Assets are numbers of columns of the prices. */
  readonly last: DayExplanation;
  /** `YYYY-MM-DD`, ascending. */
  readonly dates: readonly string[];
  /** Mean over assets of each contribution without its sign, shape (dates, names). */
  readonly importances: Matrix;
  readonly groups: readonly GroupWorth[];
}

/** Names a version as a feature of a mixture, whose artifact does not know the numbers of its members. */
export function versionFeature(number: number): string {
  return `version_${number}`;
}

/**
 * Explains the forecasts of some days.
 *
 * @throws {AppError} `EXPLANATION_UNSUPPORTED`: the version has none, or none by the method.
 *   `EXPLANATION_INEXACT`: contributions do not sum to the forecast. `FEATURE_UNKNOWN`.
 */
export function runExplanationTask(task: ExplanationTask): ExplanationOutcome {
  const { artifact, prices, dayCount, stepDays } = task;
  const model = decodeForecastModel(artifact);
  const market = priceMarket(prices);
  const rows = rowsOf(prices.dates.length, dayCount, stepDays);
  const explained = rows.map((row) => explain(market, model, row, task.method));
  const last = explained.at(-1);
  if (last === undefined) {
    throw new Error("an explanation of no day was asked for");
  }
  return {
    method: last.method,
    unit: last.unit,
    names: last.names,
    last,
    dates: rows.map((row) => prices.dates[row] ?? ""),
    importances: importancesOf(explained, last.names.length),
    groups: groupWorths(market, model, rows, last.names, task),
  };
}

function rowsOf(length: number, dayCount: number, stepDays: number): number[] {
  return Array.from(
    { length: dayCount },
    (_, k) => length - 1 - (dayCount - 1 - k) * stepDays,
  ).filter((row) => row >= 0);
}

function explain(
  market: PriceMarket,
  model: ForecastModel,
  row: number,
  method: ExplanationMethod | undefined,
): DayExplanation {
  try {
    const found = explainForecasts(market, model, row, method);
    if (found === undefined) {
      throw unsupported(model, method);
    }
    return found;
  } catch (error) {
    if (error instanceof AdditivityError) {
      throw new AppError(
        "failed-precondition",
        "EXPLANATION_INEXACT",
        "The contributions do not sum to the forecasts of this version closely enough.",
        { cause: error },
      );
    }
    throw error;
  }
}

function unsupported({ rule }: ForecastModel, method: ExplanationMethod | undefined): AppError {
  const what = rule.kind === "learned" ? rule.model.kind : rule.kind;
  const how = method === undefined ? "no explanation" : `no explanation by the method ${method}`;
  return new AppError(
    "failed-precondition",
    "EXPLANATION_UNSUPPORTED",
    `There is ${how} for a version of the kind ${what}.`,
    { violations: [{ field: "method", description: `does not suit ${what}` }] },
  );
}

function importancesOf(explained: readonly DayExplanation[], cols: number): Matrix {
  const values = new Float64Array(explained.length * cols);
  for (const [d, { contributions }] of explained.entries()) {
    for (const [k, value] of contributions.values.entries()) {
      const at = d * cols + (k % cols);
      values[at] = (values[at] ?? 0) + Math.abs(value) / contributions.rows;
    }
  }
  return { rows: explained.length, cols, values };
}
