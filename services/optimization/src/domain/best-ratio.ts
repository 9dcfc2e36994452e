import { type EfficientFrontier, type FrontierPoint, maximumSharpe } from "@portfolio/quant";
import type { Notice } from "./notice.ts";
import { percentText } from "./number-text.ts";

// Below this, relative to the riskiest efficient portfolio, a volatility is rounding of 0.
const NO_VOLATILITY = 1e-7;

/**
 * Finds the efficient portfolio of the highest Sharpe ratio.
 *
 * @param riskFreeRate - A fraction per year, earned or paid by the part of the capital that the
 *   budget leaves uninvested or borrows.
 * @returns No point where that portfolio has no volatility, so that its ratio has no bound.
 */
export function bestRatio(
  frontier: EfficientFrontier,
  riskFreeRate: number,
): { readonly point: FrontierPoint | undefined; readonly notices: readonly Notice[] } {
  const point = maximumSharpe(frontier, riskFreeRate);
  const largest = Math.sqrt(Math.max(0, frontier.turningPoints[0]?.variance ?? 0));
  if (point.volatility <= NO_VOLATILITY * largest) {
    return { point: undefined, notices: [] };
  }
  if (point.excessReturnIsPositive) {
    return { point, notices: [] };
  }
  const highest = frontier.turningPoints[0]?.expectedReturn ?? 0;
  return {
    point,
    notices: [
      {
        reason: "NO_POSITIVE_EXCESS_RETURN",
        description:
          `The highest expected return under the constraints is ${percentText(highest)} per year, ` +
          `no more than the risk-free rate of ${percentText(riskFreeRate)}. The portfolio has the ` +
          "least bad ratio of the efficient ones.",
      },
    ],
  };
}
