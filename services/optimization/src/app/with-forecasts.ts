import { AppError } from "@portfolio/platform/app-error";
import {
  covarianceFromForecasts,
  type ForecastMethods,
  returnsFromForecasts,
  viewsFromForecasts,
} from "../domain/forecast-methods.ts";
import type {
  AssetForecasts,
  ForecastChoice,
  ForecastQueries,
  ForecastUse,
} from "../domain/forecast-queries.ts";
import type { Notice } from "../domain/notice.ts";
import type { EstimationProblem } from "../domain/portfolio-problem.ts";
import type { ForecastSource } from "../ports.ts";
import { unsuitable } from "./forecast-error.ts";

export const RETURNS_FIELD = "expected_returns.forecast";
export const VIEWS_FIELD = "expected_returns.views.forecast";
export const VOLATILITIES_FIELD = "covariance.forecast_volatility";

/** A problem whose estimates are settled, and the forecasts that they rest on. */
export interface ProblemWithForecasts<Problem> {
  readonly problem: Problem;
  readonly uses: readonly ForecastUse[];
  readonly notices: readonly Notice[];
}

/** What a query of forecasts becomes. */
interface Answer {
  readonly field: string;
  readonly forecasts: AssetForecasts;
  readonly methods: ForecastMethods;
}

/**
 * Asks for the forecasts that a problem's estimates rest on, as of the last day of its prices.
 *
 * @throws {AppError} Those of `ForecastSource`, whose fields are below the field of the request;
 *   `FORECAST_UNSUITABLE`: the version forecasts something else, or its skill was not measured.
 */
export async function withForecasts<Problem extends EstimationProblem>(
  source: ForecastSource,
  problem: Problem,
  signal: AbortSignal,
): Promise<ProblemWithForecasts<Problem>> {
  const { forecasts, ...rest } = problem;
  if (forecasts === undefined) {
    return { problem, uses: [], notices: [] };
  }
  const ask = async (field: string, choice: ForecastChoice) => {
    try {
      return await source.forecast(choice, problem.symbols, problem.prices, signal);
    } catch (error) {
      throw below(field, error);
    }
  };
  const answers = await Promise.all(questionsOf(forecasts, ask));
  const settled = Object.assign(
    { ...rest, forecasts: undefined },
    ...answers.map(({ methods }) => methods),
  );
  return {
    problem: settled,
    uses: answers.map(useOf),
    notices: answers.flatMap(noticesOf),
  };
}

type Ask = (field: string, choice: ForecastChoice) => Promise<AssetForecasts>;

function questionsOf(queries: ForecastQueries, ask: Ask): Promise<Answer>[] {
  const { returns, views, volatilities } = queries;
  return [
    ...(returns ? [answerReturns(returns, ask)] : []),
    ...(views ? [answerViews(views, ask)] : []),
    ...(volatilities ? [answerVolatilities(volatilities, ask)] : []),
  ];
}

async function answerReturns(
  { choice, marketReturnPerYear }: NonNullable<ForecastQueries["returns"]>,
  ask: Ask,
): Promise<Answer> {
  const forecasts = await ask(RETURNS_FIELD, choice);
  const excessPerYear = excessOf(forecasts, RETURNS_FIELD);
  return {
    field: RETURNS_FIELD,
    forecasts,
    methods: returnsFromForecasts(excessPerYear, { marketReturnPerYear }),
  };
}

async function answerViews(
  { choice, tau }: NonNullable<ForecastQueries["views"]>,
  ask: Ask,
): Promise<Answer> {
  const forecasts = await ask(VIEWS_FIELD, choice);
  const excess = excessOf(forecasts, VIEWS_FIELD);
  const { confidence, source } = forecasts;
  const expression = `${source.modelId}/${source.version}`;
  return {
    field: VIEWS_FIELD,
    forecasts,
    methods: viewsFromForecasts(excess, confidence, { tau, expression }),
  };
}

async function answerVolatilities(
  { choice }: NonNullable<ForecastQueries["volatilities"]>,
  ask: Ask,
): Promise<Answer> {
  const forecasts = await ask(VOLATILITIES_FIELD, choice);
  const { volatilitiesPerYear } = forecasts;
  if (volatilitiesPerYear === undefined) {
    throw unsuitable(forecasts, VOLATILITIES_FIELD, "does not forecast volatilities");
  }
  return {
    field: VOLATILITIES_FIELD,
    forecasts,
    methods: covarianceFromForecasts(volatilitiesPerYear),
  };
}

function excessOf(forecasts: AssetForecasts, field: string): Float64Array {
  if (forecasts.excessReturnsPerYear === undefined) {
    const why = "orders no assets by return, or has no measured information coefficient";
    throw unsuitable(forecasts, field, why);
  }
  return forecasts.excessReturnsPerYear;
}

function useOf({ field, forecasts: { source: origin, confidence } }: Answer): ForecastUse {
  return { field, origin, ...(field !== VOLATILITIES_FIELD && { confidence }) };
}

function noticesOf({ field, forecasts }: Answer): Notice[] {
  const { source, confidence } = forecasts;
  const name = `Version ${source.version} of model ${source.modelId}`;
  const notices: Notice[] = [];
  if (source.asOfDate < source.trainedUntil) {
    notices.push({
      reason: "FORECAST_IN_SAMPLE",
      description:
        `${name} was trained on prices up to ${source.trainedUntil}, and forecasts as of ` +
        `${source.asOfDate}: it knows of what came after.`,
    });
  }
  if (field !== VOLATILITIES_FIELD && confidence === 0) {
    notices.push({
      reason: "FORECAST_WITHOUT_SKILL",
      description: `${name} has no skill that is told from luck, so that its forecasts count for nothing.`,
    });
  }
  return notices;
}

/** Lets violations point below the field of the request; those of symbols are its own. */
function below(field: string, error: unknown): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const { kind, reason, message, metadata } = error;
  const violations = error.violations.map((violation) => ({
    field: violation.field.startsWith("symbols[") ? violation.field : `${field}.version`,
    description: violation.description,
  }));
  return new AppError(kind, reason, message, { violations, metadata, cause: error });
}
