import {
  growthDegree,
  isOfCovariance,
  type PortfolioMeasure,
  TRADING_DAYS_PER_YEAR,
} from "@portfolio/quant";
import type { RiskFigure } from "./solve-task.ts";

/**
 * Sets the value of a measure beside the excess return of the same period.
 *
 * @param excessPerYear - Expected return over the risk-free one, a fraction per year.
 */
export function riskFigure(
  measure: PortfolioMeasure,
  value: number,
  excessPerYear: number,
): RiskFigure {
  const size = growthDegree(measure) === 2 ? Math.sqrt(value) : value;
  const days = isOfCovariance(measure) ? 1 : TRADING_DAYS_PER_YEAR;
  return { measure, value, ratio: size > 0 ? excessPerYear / days / size : 0 };
}
