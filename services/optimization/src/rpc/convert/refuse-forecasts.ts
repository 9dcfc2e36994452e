import type { OptimizationProblem } from "../../domain/portfolio-problem.ts";
import { refuseIfAny } from "./refuse.ts";

/**
 * Refuses forecasts where there is no day as of which they could be made.
 *
 * @param field - Path of the optimization.
 * @throws {AppError} `FORECAST_LOOKS_AHEAD`.
 */
export function refuseForecasts(
  { forecasts }: OptimizationProblem,
  field: string,
  description: string,
): void {
  const paths = {
    "expected_returns.forecast": forecasts?.returns,
    "expected_returns.views.forecast": forecasts?.views,
    "covariance.forecast_volatility": forecasts?.volatilities,
  };
  refuseIfAny(
    "FORECAST_LOOKS_AHEAD",
    Object.entries(paths)
      .filter(([, query]) => query !== undefined)
      .map(([path]) => ({ field: `${field}.${path}`, description })),
  );
}
