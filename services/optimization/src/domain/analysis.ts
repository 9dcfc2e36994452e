import {
  compoundAnnualReturn,
  maximumDrawdown,
  multiplyVector,
  portfolioRisk,
  riskContributions,
  simpleReturns,
  TRADING_DAYS_PER_YEAR,
} from "@portfolio/quant";
import type { AnalysisOutcome, AnalysisTask } from "./analysis-task.ts";
import { estimateCovariance } from "./estimates.ts";
import { factorsOf } from "./explain-by-factors.ts";
import { riskShares, sharpeRatio } from "./figures.ts";
import { higherMoments } from "./higher-moments.ts";
import { riskFigure } from "./risk-figure.ts";

/** Measures a portfolio of constant weights, rebalanced every day, on past prices. */
export function analyze(task: AnalysisTask): AnalysisOutcome {
  const returns = simpleReturns(task.closes);
  const { covariance, notices } = estimateCovariance(returns, task.covariance);
  const { volatility, contributions } = riskContributions(task.weights, covariance);
  // Cash adds nothing.
  const daily = multiplyVector(returns, task.weights);
  const { growth, ruinIndex } = compound(daily);
  const model = { covariance, scenarios: { returns } };
  const meanReturnPerYear = mean(daily) * TRADING_DAYS_PER_YEAR;
  const excessPerYear = meanReturnPerYear - task.riskFreeRatePerYear;
  return {
    status: "solved",
    meanReturnPerYear,
    compoundReturnPerYear: ruinIndex === undefined ? compoundAnnualReturn(daily) : -1,
    volatilityPerYear: volatility,
    sharpeRatio: sharpeRatio(meanReturnPerYear, volatility, task.riskFreeRatePerYear),
    drawdown: maximumDrawdown(growth),
    contributions,
    riskShares: riskShares(contributions, volatility),
    growth: task.includeGrowth ? growth : undefined,
    ruinIndex,
    factors: factorsOf({ ...task, cashRatePerYear: task.riskFreeRatePerYear }, daily),
    higherMoments: task.includeHigherMoments
      ? higherMoments(returns, task.weights, daily)
      : undefined,
    risks: task.measures.map((measure) =>
      riskFigure(measure, portfolioRisk(measure, task.weights, model), excessPerYear),
    ),
    notices,
  };
}

/**
 * Compounds daily returns to the value of 1.
 *
 * A leveraged or short portfolio can lose more than it has. It then stays at 0: nobody lends
 * to it any more.
 */
function compound(daily: Float64Array): { growth: Float64Array; ruinIndex: number | undefined } {
  const growth = new Float64Array(daily.length + 1);
  growth[0] = 1;
  for (let t = 0; t < daily.length; t++) {
    const value = (growth[t] ?? 0) * (1 + (daily[t] ?? 0));
    if (!(value > 0)) {
      return { growth, ruinIndex: t + 1 };
    }
    growth[t + 1] = value;
  }
  return { growth, ruinIndex: undefined };
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    sum += values[t] ?? 0;
  }
  return sum / values.length;
}
