import type { EstimationProblem } from "../../domain/portfolio-problem.ts";
import { refuse } from "./refuse.ts";

const RETURNS: ReadonlySet<EstimationProblem["expectedReturns"]["kind"]> = new Set<
  EstimationProblem["expectedReturns"]["kind"]
>(["historical-mean", "exponential", "james-stein", "bayes-stein", "bodnar-okhrin-parolya"]);

const NOT_OF_RETURNS: ReadonlySet<EstimationProblem["covariance"]["kind"]> = new Set<
  EstimationProblem["covariance"]["kind"]
>(["given", "implied-volatility", "regression-factors", "unequal-histories"]);

/**
 * Reads the days over which estimates are made for lognormal prices.
 *
 * @returns Nothing for 0.
 * @throws {AppError} `REQUEST_INVALID`: an estimate does not come from the shared daily returns
 *   alone, or views are merged into it.
 */
export function readHorizon(
  days: number,
  problem: Pick<EstimationProblem, "expectedReturns" | "covariance" | "views" | "forecasts">,
): number | undefined {
  if (days === 0) {
    return;
  }
  const { expectedReturns, covariance, views, forecasts } = problem;
  const isForecast = forecasts !== undefined && Object.values(forecasts).some(Boolean);
  if (!RETURNS.has(expectedReturns.kind) || isForecast) {
    refuseHorizon("expected returns are not estimated from daily returns alone");
  }
  if (NOT_OF_RETURNS.has(covariance.kind)) {
    refuseHorizon("the covariance is not estimated from daily returns alone");
  }
  if (views !== undefined) {
    refuseHorizon("views are about returns that are not compounded");
  }
  return days;
}

/** Refuses a horizon. @throws {AppError} `REQUEST_INVALID`. */
export function refuseHorizon(description: string): never {
  return refuse("REQUEST_INVALID", "horizon_days", description);
}
