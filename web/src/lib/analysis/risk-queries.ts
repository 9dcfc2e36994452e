import type { FactorReport } from "@portfolio/gen/portfolio/optimization/v1/backtest_report_pb.js";
import type { AnalyzePortfolioResponse } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type { HigherMoments } from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import { RiskMeasureKind } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { keepPreviousData } from "@tanstack/svelte-query";
import { call } from "../api/call.ts";
import { type AnswerSource, sourceOf } from "../optimize/answer-source.ts";
import type { CovarianceMethod } from "../optimize/problem.ts";
import { covarianceField } from "../optimize/problem-request.ts";
import { type Holdings, holdingsFields } from "./holdings.ts";

/** Measures of the Risk page, and the time that each is for. */
export const REPORTED_MEASURES = [
  { name: "volatility", kind: RiskMeasureKind.STANDARD_DEVIATION, per: "year" },
  { name: "semideviation", kind: RiskMeasureKind.SEMIDEVIATION, per: "day" },
  { name: "mad", kind: RiskMeasureKind.MEAN_ABSOLUTE_DEVIATION, per: "day" },
  { name: "var", kind: RiskMeasureKind.VALUE_AT_RISK, per: "day" },
  { name: "cvar", kind: RiskMeasureKind.CONDITIONAL_VALUE_AT_RISK, per: "day" },
  { name: "evar", kind: RiskMeasureKind.ENTROPIC_VALUE_AT_RISK, per: "day" },
  { name: "worst", kind: RiskMeasureKind.WORST_REALIZATION, per: "day" },
  { name: "gini", kind: RiskMeasureKind.GINI_MEAN_DIFFERENCE, per: "day" },
  { name: "averageDrawdown", kind: RiskMeasureKind.AVERAGE_DRAWDOWN, per: "whole" },
  { name: "maximumDrawdown", kind: RiskMeasureKind.MAXIMUM_DRAWDOWN, per: "whole" },
  { name: "cdar", kind: RiskMeasureKind.CONDITIONAL_DRAWDOWN_AT_RISK, per: "whole" },
  { name: "ulcer", kind: RiskMeasureKind.ULCER_INDEX, per: "whole" },
] as const;

export type ReportedMeasure = (typeof REPORTED_MEASURES)[number];

/** What makes up a portfolio's risk. Fractions. */
export interface RiskAnswer {
  readonly positions: readonly { readonly symbol: string; readonly weight: number }[];
  readonly figures: readonly {
    readonly measure: ReportedMeasure;
    readonly value: number;
    readonly ratio: number;
    /** Of each position, of sum 1. Empty where there is nothing to share out. */
    readonly shares: readonly number[];
  }[];
  /** What factors have to do with the portfolio. Undefined where none are asked for. */
  readonly factors: FactorReport | undefined;
  /** The portfolio first, then its positions. */
  readonly shapes: readonly ReturnShape[];
  readonly source: AnswerSource;
}

/** Shape of the distribution of daily returns. What is undefined has no value. */
export interface ReturnShape {
  /** Empty for the portfolio. */
  readonly symbol: string;
  readonly skewness: number | undefined;
  readonly kurtosis: number | undefined;
  readonly lSkewness: number | undefined;
  readonly lKurtosis: number | undefined;
  /** Parts of the skewness and the kurtosis of the portfolio. */
  readonly skewnessPart: number | undefined;
  readonly kurtosisPart: number | undefined;
}

/** What a position brings of the risk. Fractions. */
export interface RiskShare {
  readonly symbol: string;
  readonly weight: number;
  readonly share: number;
}

/** Shares in one measure, the largest first. Empty where the measure is 0. */
export function sharesOf(answer: RiskAnswer, name: ReportedMeasure["name"]): readonly RiskShare[] {
  const shares = answer.figures.find(({ measure }) => measure.name === name)?.shares ?? [];
  return answer.positions
    .flatMap(({ symbol, weight }, i) => {
      const share = shares[i];
      return share === undefined ? [] : [{ symbol, weight, share }];
    })
    .sort((first, second) => second.share - first.share);
}

/**
 * Asks where the risk of a portfolio comes from, and how large it is by many measures.
 *
 * @param level - Confidence level of the tails, such as 0.95.
 * @param factors - Symbols that are to explain the returns.
 */
export function riskQuery(
  holdings: Holdings | undefined,
  covariance: CovarianceMethod,
  { level, factors }: { readonly level: number; readonly factors: readonly string[] },
) {
  return {
    queryKey: ["risk", holdings, covariance, level, factors],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) =>
        riskAnswer(
          await clients.optimization.analyzePortfolio(
            {
              ...holdingsFields(holdings as Holdings),
              covariance: { method: covarianceField(covariance) },
              factorSymbols: [...factors],
              includeHigherMoments: true,
              measures: REPORTED_MEASURES.map(({ kind }) => ({ kind, level })),
            },
            { signal },
          ),
        ),
      ),
    enabled: holdings !== undefined,
    placeholderData: keepPreviousData,
  };
}

function riskAnswer(answer: AnalyzePortfolioResponse): RiskAnswer {
  return {
    positions: answer.riskContributions.map(({ symbol, weight }) => ({ symbol, weight })),
    figures: REPORTED_MEASURES.flatMap((measure, i) => {
      const figure = answer.risks[i];
      return figure
        ? [{ measure, value: figure.value, ratio: figure.ratio, shares: figure.riskShares }]
        : [];
    }),
    factors: answer.factorReport,
    shapes: shapesOf(answer.higherMoments),
    source: sourceOf(answer),
  };
}

function shapesOf(moments: HigherMoments | undefined): ReturnShape[] {
  if (moments === undefined) {
    return [];
  }
  const { skewness, kurtosis, lMoments } = moments;
  const whole = { skewnessPart: skewness, kurtosisPart: kurtosis };
  return [
    { symbol: "", ...shapeOf({ skewness, kurtosis, lMoments }), ...whole },
    ...moments.assets.map((asset) => ({
      symbol: asset.symbol,
      ...shapeOf(asset),
      skewnessPart: asset.skewnessContribution,
      kurtosisPart: asset.kurtosisContribution,
    })),
  ];
}

function shapeOf({
  skewness,
  kurtosis,
  lMoments,
}: Pick<HigherMoments, "skewness" | "kurtosis" | "lMoments">) {
  return { skewness, kurtosis, lSkewness: lMoments?.skewness, lKurtosis: lMoments?.kurtosis };
}
