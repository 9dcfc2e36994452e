import { AppError } from "@portfolio/platform/app-error";
import type { PricePanel } from "@portfolio/platform/prices/price-history";
import { dayNumbers } from "../domain/backtest-days.ts";
import type { BacktestProblem } from "../domain/backtest-problem.ts";
import { mapStrategy } from "../domain/backtest-strategy.ts";
import type { DatedForecasts, ForecastHistory } from "../domain/dated-forecasts.ts";
import { daysBeforeFirstFit, fitRows } from "../domain/fit-rows.ts";
import type { ForecastChoice, ForecastQueries, ForecastUse } from "../domain/forecast-queries.ts";
import { countText } from "../domain/number-text.ts";
import type { ForecastSource, PastForecasts } from "../ports.ts";
import { checkBacktest } from "./check-backtest.ts";
import { cutPanel } from "./cut-panel.ts";
import { unsuitable } from "./forecast-error.ts";
import { RETURNS_FIELD, VIEWS_FIELD, VOLATILITIES_FIELD } from "./with-forecasts.ts";

/** Forecasts that the decisions of a backtest rest on. */
export interface BacktestForecasts {
  /** Prices of the backtest, cut to the days of forecasts if that was asked for. */
  readonly panel: PricePanel;
  /** Finds what the queries of an optimization lead to. */
  readonly datedOf: (queries: ForecastQueries | undefined) => DatedForecasts | undefined;
  readonly uses: readonly ForecastUse[];
  readonly histories: readonly ForecastHistory[];
}

/** A question that a strategy asks, and the field that it stands in. */
interface Question {
  readonly choice: ForecastChoice;
  /** Below the strategy's optimization. */
  readonly field: string;
  readonly strategy: number;
  /** The figures that it is about. */
  readonly figures: "excessReturnsPerYear" | "volatilitiesPerYear";
}

/**
 * Asks what the versions that strategies name would have forecast on the days of their decisions.
 *
 * @throws {AppError} Those of `ForecastSource.lookBack` and `checkBacktest`. `FORECAST_UNSUITABLE`;
 *   `FORECASTS_MISSING`: a decision falls on a day without a forecast.
 */
export async function readPastForecasts(
  source: ForecastSource,
  problem: BacktestProblem,
  whole: PricePanel,
  signal: AbortSignal,
): Promise<BacktestForecasts> {
  const questions = questionsOf(problem);
  const ask = (dates: readonly string[]) => askAll(source, problem, { questions, dates }, signal);
  const panel =
    questions.length > 0 && problem.pastForecasts.fitsPeriod
      ? fitPanel(problem, whole, [...(await ask([])).values()])
      : whole;
  checkBacktest(problem, panel.dates);
  if (questions.length === 0) {
    return { panel, datedOf: () => undefined, uses: [], histories: [] };
  }
  const dates = fitRows(problem, panel.dates).map((row) => panel.dates[row] ?? "");
  const found = await ask(dates);
  for (const past of found.values()) {
    checkKnown(past, dates);
  }
  const historyOf = (choice: ForecastChoice) => {
    const past = found.get(keyOf(choice));
    if (past === undefined) {
      throw new Error(`model ${choice.modelId} was not asked`);
    }
    return past.history;
  };
  return {
    panel,
    datedOf: (queries) => queries && dated(queries, historyOf),
    uses: questions.map(({ choice, field, strategy }) => ({
      field: `strategies[${strategy}].${field}`,
      origin: historyOf(choice).source,
    })),
    histories: [...found.values()].map(({ history }) => history),
  };
}

/** Lists the questions of all strategies, each once per strategy. */
function questionsOf({ strategies }: BacktestProblem): Question[] {
  const questions = new Map<string, Question>();
  for (const [k, strategy] of strategies.entries()) {
    mapStrategy(strategy, ({ forecasts }) => {
      const add = (
        query: { readonly choice: ForecastChoice } | undefined,
        field: string,
        figures: Question["figures"],
      ) =>
        query &&
        questions.set(`${k} ${field} ${keyOf(query.choice)}`, {
          ...{ choice: query.choice, field, figures, strategy: k },
        });
      add(forecasts?.returns, RETURNS_FIELD, "excessReturnsPerYear");
      add(forecasts?.views, VIEWS_FIELD, "excessReturnsPerYear");
      add(forecasts?.volatilities, VOLATILITIES_FIELD, "volatilitiesPerYear");
    });
  }
  return [...questions.values()];
}

/** A challenger that stands in for some keys has no part in the past. */
function keyOf({ modelId, version }: ForecastChoice): string {
  return JSON.stringify([modelId, version]);
}

async function askAll(
  source: ForecastSource,
  { symbols, pastForecasts: { maxAgeDays } }: BacktestProblem,
  { questions, dates }: { readonly questions: Question[]; readonly dates: readonly string[] },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PastForecasts>> {
  const found = new Map<string, PastForecasts>();
  for (const question of questions) {
    const { choice, figures } = question;
    const key = keyOf(choice);
    const path = `spec.strategies[${question.strategy}].optimization.${question.field}`;
    const past =
      found.get(key) ??
      (await source
        .lookBack(choice, symbols, { dates, maxAgeDays }, signal)
        .catch((error: unknown) => {
          throw inSpec(path, error);
        }));
    if (past.history[figures] === undefined) {
      const what = figures === "volatilitiesPerYear" ? "volatilities" : "an order of assets";
      throw unsuitable(past.history, path, `does not forecast ${what}`);
    }
    found.set(key, past);
  }
  return found;
}

/** Cuts prices so that the first fit falls on the first day of forecasts, and none on one after. */
function fitPanel(
  problem: BacktestProblem,
  panel: PricePanel,
  found: readonly PastForecasts[],
): PricePanel {
  const firstDate =
    found
      .map((past) => past.firstDate)
      .sort()
      .at(-1) ?? "";
  const lastDay = Math.min(...dayNumbers(found.map((past) => past.lastDate)));
  const days = dayNumbers(panel.dates);
  const first = panel.dates.findIndex((date) => date >= firstDate);
  const end = days.filter((day) => day <= lastDay + problem.pastForecasts.maxAgeDays).length;
  const start = Math.max(0, first - daysBeforeFirstFit(problem));
  if (first < 0 || end <= first) {
    throw missing(
      `The prices, from ${panel.dates[0]} to ${panel.dates.at(-1)}, have no day with a forecast.`,
      { firstDate, lastDate: found.map(({ lastDate }) => lastDate).sort()[0] ?? "" },
    );
  }
  return cutPanel(panel, start, end);
}

function checkKnown(
  { history: { isKnown, source }, firstDate, lastDate }: PastForecasts,
  dates: readonly string[],
): void {
  const without = dates.filter((_, k) => isKnown[k] !== 1);
  const [first] = without;
  if (first !== undefined) {
    throw missing(
      `Version ${source.version} of model ${source.modelId} has no forecast for ` +
        `${countText(without.length, "decision")}, the first on ${first}.`,
      { firstDate, lastDate },
    );
  }
}

function missing(
  what: string,
  range: { readonly firstDate: string; readonly lastDate: string },
): AppError {
  const { firstDate, lastDate } = range;
  return new AppError(
    "failed-precondition",
    "FORECASTS_MISSING",
    `${what} There are forecasts from ${firstDate} to ${lastDate}: choose a period whose decisions ` +
      "are within, or set past_forecasts.fit_period.",
    {
      violations: [
        {
          field: "spec.past_forecasts",
          description: `there are forecasts from ${firstDate} to ${lastDate}`,
        },
      ],
      metadata: range,
    },
  );
}

function dated(
  { returns, views, volatilities }: ForecastQueries,
  historyOf: (choice: ForecastChoice) => ForecastHistory,
): DatedForecasts {
  return {
    returns: returns && {
      history: historyOf(returns.choice),
      marketReturnPerYear: returns.marketReturnPerYear,
    },
    views: views && { history: historyOf(views.choice), tau: views.tau },
    volatilities: volatilities && { history: historyOf(volatilities.choice) },
  };
}

/** Lets violations point into the specification. */
function inSpec(path: string, error: unknown): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const { kind, reason, message, metadata } = error;
  const violations = error.violations.map(({ field, description }) => ({
    field: field.startsWith("symbols[") ? `spec.${field}` : `${path}.version`,
    description,
  }));
  return new AppError(kind, reason, message, { violations, metadata, cause: error });
}
