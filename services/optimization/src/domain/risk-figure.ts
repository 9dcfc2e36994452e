import {
  growthDegree,
  isOfCovariance,
  type PortfolioMeasure,
  type RiskGradient,
  TRADING_DAYS_PER_YEAR,
} from "@portfolio/quant";
import type { RiskFigure } from "./solve-task.ts";

/**
 * Sets the value of a measure beside the excess return of the same period, and splits it among the
 * assets.
 *
 * @param excessPerYear - Expected return over the risk-free one, a fraction per year.
 */
export function riskFigure(
  measure: PortfolioMeasure,
  { risk, contributions }: Pick<RiskGradient, "risk" | "contributions">,
  excessPerYear: number,
): RiskFigure {
  const degree = growthDegree(measure);
  const size = degree === 2 ? Math.sqrt(risk) : risk;
  const days = isOfCovariance(measure) ? 1 : TRADING_DAYS_PER_YEAR;
  return {
    measure,
    value: risk,
    ratio: size > 0 ? excessPerYear / days / size : 0,
    shares: degree === undefined ? new Float64Array() : sharesOf(contributions, risk * degree),
  };
}

/** @returns One share per asset; none where there is nothing to share. */
function sharesOf(contributions: Float64Array, total: number): Float64Array {
  return total > 0 ? contributions.map((part) => part / total) : new Float64Array();
}
