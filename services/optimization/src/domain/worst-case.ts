import {
  bootstrapEstimates,
  type EstimateDraws,
  estimateSource,
  meanBox,
  meanEllipsoid,
  type PortfolioModel,
  randomSource,
  simpleReturns,
  TRADING_DAYS_PER_YEAR,
  worstCovarianceOfBall,
  worstCovarianceOfBox,
} from "@portfolio/quant";
import type { Estimates } from "./estimates.ts";
import type { UncertaintySet } from "./robustness.ts";
import type { OptimizationTask } from "./solve-task.ts";

/** The estimates that are optimized in place of the ones reported: the worst of uncertainty sets. */
export type WorstEstimates = Pick<PortfolioModel, "expectedReturns" | "covariance" | "worstCase"> &
  Pick<Estimates, "factors">;

const DRAWS = 500;

/** Assumes the worst of the sets around the estimates. */
export function worstEstimates(
  { robustness, limits, closes }: Pick<OptimizationTask, "robustness" | "limits" | "closes">,
  estimates: Pick<Estimates, "expectedReturns" | "covariance" | "factors">,
): WorstEstimates {
  const { meanSet, covarianceSet } = robustness ?? {};
  const isLongOnly = limits.lower.every((bound) => bound >= 0);
  const { expectedReturns, covariance, factors } = estimates;
  return {
    expectedReturns,
    ...(covarianceSet && closes
      ? { covariance: worstCovariance(covarianceSet) }
      : { covariance, factors }),
    ...(meanSet && closes && worstMeans(meanSet)),
  };

  function worstCovariance(set: UncertaintySet) {
    const sample = drawEstimates(set);
    return set.shape === "box" ? worstCovarianceOfBox(sample) : worstCovarianceOfBall(sample);
  }

  function worstMeans(set: UncertaintySet): Partial<WorstEstimates> {
    const sample = drawEstimates(set);
    if (set.shape === "ellipsoid") {
      return { worstCase: { meanEllipsoid: meanEllipsoid(sample) } };
    }
    const errors = meanBox(sample);
    return isLongOnly
      ? { expectedReturns: estimates.expectedReturns.map((mean, i) => mean - (errors[i] ?? 0)) }
      : { worstCase: { meanBox: errors } };
  }

  function drawEstimates({ source, seed, confidence }: UncertaintySet): EstimateDraws {
    if (closes === undefined) {
      throw new Error("uncertainty was asked for without prices");
    }
    if (source === "bootstrap") {
      const returns = simpleReturns(closes);
      return { ...estimates, confidence, draws: bootstrapEstimates(returns, DRAWS, seed) };
    }
    const size = {
      observationCount: closes.rows - 1,
      observationsPerPeriod: TRADING_DAYS_PER_YEAR,
    };
    const { expectedReturns, covariance } = estimates;
    const draw = estimateSource(expectedReturns, covariance, size, randomSource(seed));
    return { ...estimates, confidence, draws: Array.from({ length: DRAWS }, draw) };
  }
}
