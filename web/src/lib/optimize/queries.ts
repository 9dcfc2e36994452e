import { keepPreviousData } from "@tanstack/svelte-query";
import { call } from "../api/call.ts";
import { longPositions, type ShareCount } from "./allocation-rows.ts";
import { type AnswerDetails, detailsOf } from "./answer-details.ts";
import { type AnswerSource, sourceOf } from "./answer-source.ts";
import { type ChosenPortfolio, portfolioFromAnswer } from "./chosen-portfolio.ts";
import { frontierAnswer } from "./frontier-answer.ts";
import type { CovarianceMethod, Problem } from "./problem.ts";
import {
  covarianceField,
  datasetReference,
  frontierRequest,
  optimizeRequest,
} from "./problem-request.ts";

/** The optimizer's answer, and what it rests on. */
export interface OptimizeAnswer {
  readonly details: AnswerDetails;
  readonly portfolio: ChosenPortfolio;
  readonly source: AnswerSource;
}

/** Asks for the frontier of a problem. The goal and the cash do not matter to it. */
export function frontierQuery(problem: Problem) {
  const { goal: _goal, cash: _cash, band: _band, comparedMeasure: _measure, ...inputs } = problem;
  return {
    queryKey: ["frontier", inputs],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) =>
        frontierAnswer(
          await clients.optimization.traceFrontier(frontierRequest(problem), { signal }),
          problem.riskFreeRate,
        ),
      ),
    enabled: problem.symbols.length > 0,
    placeholderData: keepPreviousData,
  };
}

/** Asks for the portfolio that reaches the goal of a problem. */
export function portfolioQuery(problem: Problem) {
  const { cash: _cash, band: _band, comparedMeasure: _measure, ...inputs } = problem;
  return {
    queryKey: ["portfolio", inputs],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients): Promise<OptimizeAnswer> => {
        const answer = await clients.optimization.optimizePortfolio(optimizeRequest(problem), {
          signal,
        });
        return {
          portfolio: portfolioFromAnswer(answer),
          source: sourceOf(answer),
          details: detailsOf(answer),
        };
      }),
    enabled: problem.symbols.length > 0,
    placeholderData: keepPreviousData,
  };
}

/** Asks how a portfolio did in the past. */
export function analysisQuery(problem: Problem, portfolio: ChosenPortfolio | undefined) {
  const positions = portfolio?.symbols.map((symbol, i) => ({
    symbol,
    weight: portfolio.weights[i] ?? 0,
  }));
  const { startDate, endDate, dataset, riskFreeRate } = problem;
  // What is asked for rests on prices alone, and the service knows no forecasts here.
  const covariance: CovarianceMethod =
    problem.covariance.kind === "forecast" ? { kind: "sample" } : problem.covariance;
  return {
    queryKey: ["analysis", positions, startDate, endDate, dataset, riskFreeRate, covariance],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const { maximumDrawdown } = await clients.optimization.analyzePortfolio(
          {
            positions: positions ?? [],
            startDate,
            endDate,
            dataset: datasetReference(dataset),
            riskFreeRatePerYear: riskFreeRate,
            covariance: { method: covarianceField(covariance) },
          },
          { signal },
        );
        return maximumDrawdown;
      }),
    enabled: positions !== undefined,
    placeholderData: keepPreviousData,
  };
}

/** Whole shares for a portfolio, and the cash that is left. */
export interface ShareAnswer {
  readonly counts: readonly ShareCount[];
  readonly invested: number;
  readonly left: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Day of the prices, `YYYY-MM-DD`. */
  readonly priceDate: string;
}

/** Asks how many whole shares the cash buys. Not asked for portfolios that are short somewhere. */
export function sharesQuery(problem: Problem, portfolio: ChosenPortfolio | undefined) {
  const positions = portfolio && longPositions(portfolio);
  const { dataset, cash } = problem;
  return {
    queryKey: ["shares", positions, dataset, cash],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients): Promise<ShareAnswer> => {
        const answer = await clients.optimization.allocateShares(
          { positions: positions ?? [], cashAmount: cash, dataset: datasetReference(dataset) },
          { signal },
        );
        return {
          counts: answer.allocations.map(({ symbol, shareCount, price, amount }) => ({
            symbol,
            shares: shareCount,
            price,
            cost: amount,
          })),
          invested: answer.investedAmount,
          left: answer.cashLeftAmount,
          currency: answer.currency || "USD",
          priceDate: answer.priceDate,
        };
      }),
    enabled: positions !== undefined && cash > 0,
    placeholderData: keepPreviousData,
  };
}

/** Lists the datasets that prices can be read from. */
export function datasetsQuery() {
  return {
    queryKey: ["datasets"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const { datasets } = await clients.price.listDatasets({}, { signal });
        return datasets.map(({ id, title, available }) => ({
          id,
          title: title || id,
          startDate: available?.startDate ?? "",
          endDate: available?.endDate ?? "",
        }));
      }),
  };
}

/** Finds symbols of a dataset by a part of their symbol or name. */
export function symbolSearchQuery(problem: Problem, text: string) {
  return {
    queryKey: ["search", problem.dataset, text],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const { instruments } = await clients.instrument.searchInstruments(
          { query: text, dataset: datasetReference(problem.dataset), limit: 30 },
          { signal },
        );
        return instruments.map(({ symbol, name, available }) => ({
          symbol,
          name,
          startDate: available?.startDate ?? "",
          endDate: available?.endDate ?? "",
        }));
      }),
    enabled: text !== "",
    placeholderData: keepPreviousData,
  };
}

/** Symbols of a dataset in alphabetical order, at most `limit`. */
export function firstSymbols(datasetId: string, limit: number): Promise<string[]> {
  return call(async (clients) => {
    const { instruments } = await clients.instrument.listInstruments({
      dataset: { id: datasetId },
      pageSize: limit,
    });
    return instruments.map(({ symbol }) => symbol);
  });
}
