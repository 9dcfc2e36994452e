import { budgetRange } from "./constraints.ts";
import { traceFrontier } from "./critical-line/trace-frontier.ts";
import type { FrontierResult, MeanVarianceProblem, TurningPoint } from "./frontier.ts";
import { leastVariance } from "./least-variance.ts";

/** The one portfolio that is wanted of a frontier. Rates and returns are per period. */
export type FrontierGoal =
  | { readonly kind: "minimum-variance" }
  | { readonly kind: "maximum-utility"; readonly riskAversion: number }
  | { readonly kind: "target-return"; readonly expectedReturn: number }
  | { readonly kind: "target-volatility"; readonly volatility: number }
  | { readonly kind: "maximum-sharpe"; readonly riskFreeRate: number };

/**
 * Traces as much of the efficient frontier as one portfolio takes.
 *
 * From the greatest return down to where the portfolio lies; for least variance alone, in fewer
 * events.
 *
 * @param near - For least variance: the weights of a similar problem, such as that of the month
 *   before, which save time.
 * @returns A frontier from which the functions for single portfolios read the wanted one; or the
 *   conflicts when no weights satisfy the constraints.
 * @throws As `traceFrontier`.
 */
export function traceTowards(
  problem: MeanVarianceProblem,
  goal: FrontierGoal,
  near?: Float64Array,
): FrontierResult {
  if (goal.kind === "minimum-variance") {
    return leastVariance(problem, near) ?? traceFrontier(problem);
  }
  let isOutside: boolean | undefined;
  return traceFrontier(problem, (point) => {
    const past = isPast(point, goal, problem);
    // A target beyond the top is out of range, and the whole range is wanted.
    isOutside ??= past && goal.kind.startsWith("target");
    return past && !isOutside;
  });
}

function isPast(
  point: TurningPoint,
  goal: Exclude<FrontierGoal, { kind: "minimum-variance" }>,
  { constraints }: MeanVarianceProblem,
): boolean {
  switch (goal.kind) {
    case "maximum-utility":
      return point.lambda * goal.riskAversion <= 1;
    case "target-return":
      return point.expectedReturn < goal.expectedReturn;
    case "target-volatility":
      return point.variance < goal.volatility * goal.volatility;
    case "maximum-sharpe": {
      const { lower, upper } = budgetRange(constraints);
      const excess = point.expectedReturn - goal.riskFreeRate * upper;
      // Where the ratio is stationary, v = λ·e; below, v > λ·e and it falls.
      return lower === upper && excess > 0 && point.variance > point.lambda * excess;
    }
  }
}
