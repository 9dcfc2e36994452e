import type { FrontierModel } from "../frontier/frontier.ts";
import {
  portfolioAt,
  positionOfMaximumSharpe,
  positionOfReturn,
  positionOfVolatility,
} from "../frontier/frontier.ts";
import type { Goal } from "./goals.ts";

/**
 * Position of a goal on the frontier, as far as the page can tell without the
 * optimizer. Undefined for goals that only the optimizer can place.
 */
export function goalPosition(model: FrontierModel, goal: Goal): number | undefined {
  switch (goal.kind) {
    case "minimum-variance":
      return 0;
    case "maximum-sharpe":
      return positionOfMaximumSharpe(model);
    case "target-return":
      return positionOfReturn(model, goal.value);
    case "target-volatility":
      return positionOfVolatility(model, goal.value);
    default:
      return;
  }
}

/** Lowest and highest expected return and volatility of the frontier, fractions per year. */
export function frontierRange(model: FrontierModel) {
  const lowest = portfolioAt(model, 0);
  const highest = portfolioAt(model, 1);
  return {
    return: { low: lowest.expectedReturn, high: highest.expectedReturn },
    volatility: { low: lowest.volatility, high: highest.volatility },
  };
}

const MILLION = 1e6;

/**
 * The goal that a position of the handle stands for.
 *
 * The target is rounded to six decimals, which no chart can show, and kept
 * inside the frontier, which rounding could leave.
 */
export function goalAtPosition(model: FrontierModel, position: number): Goal {
  if (position <= 0) {
    return { kind: "minimum-variance" };
  }
  const returns = model.turningPoints.map((point) => point.expectedReturn);
  const highest = Math.max(...returns);
  if (position >= 1) {
    return { kind: "target-return", value: highest };
  }
  const rounded = Math.round(portfolioAt(model, position).expectedReturn * MILLION) / MILLION;
  const value = Math.min(highest, Math.max(Math.min(...returns), rounded));
  return { kind: "target-return", value };
}
