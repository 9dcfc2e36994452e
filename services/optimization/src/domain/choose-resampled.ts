import {
  estimateSource,
  type FrontierGoal,
  randomSource,
  TRADING_DAYS_PER_YEAR,
} from "@portfolio/quant";
import { type ChoiceOutcome, ruleChoice, VOLATILITY } from "./choice.ts";
import { chooseOnFrontier } from "./choose-on-frontier.ts";
import type { OptimizationTask } from "./solve-task.ts";
import type { WorstEstimates } from "./worst-case.ts";

/**
 * Averages the best weights over estimates as other histories of the same length might have given
 * them. Linear limits hold for the mean because they hold for each.
 *
 * Draws whose frontier does not reach the goal are left out.
 *
 * @see Michaud (1998), "Efficient Asset Management"
 */
export function chooseResampled(
  goal: FrontierGoal,
  task: OptimizationTask,
  estimates: WorstEstimates,
  { drawCount, seed }: { readonly drawCount: number; readonly seed: number },
): ChoiceOutcome {
  const { expectedReturns, covariance } = estimates;
  const size = {
    observationCount: (task.closes?.rows ?? 0) - 1,
    observationsPerPeriod: TRADING_DAYS_PER_YEAR,
  };
  const draw = estimateSource(expectedReturns, covariance, size, randomSource(seed));
  const sum = new Float64Array(expectedReturns.length);
  let count = 0;
  for (let k = 0; k < drawCount; k++) {
    const choice = chooseOnFrontier(goal, VOLATILITY, task, draw());
    if (choice.status === "chosen") {
      count += 1;
      for (let i = 0; i < sum.length; i++) {
        sum[i] = (sum[i] ?? 0) + (choice.weights[i] ?? 0);
      }
    }
  }
  if (count === 0) {
    return chooseOnFrontier(goal, VOLATILITY, task, estimates);
  }
  return ruleChoice(
    sum.map((total) => total / count),
    "resampled-frontier/1",
  );
}
