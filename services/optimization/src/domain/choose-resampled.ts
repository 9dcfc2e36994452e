import {
  drawSubset,
  estimateSource,
  type FrontierGoal,
  randomSource,
  TRADING_DAYS_PER_YEAR,
} from "@portfolio/quant";
import { type ChoiceOutcome, ruleChoice, VOLATILITY } from "./choice.ts";
import { chooseOnFrontier } from "./choose-on-frontier.ts";
import type { Resampling } from "./robustness.ts";
import type { OptimizationTask } from "./solve-task.ts";
import type { WorstEstimates } from "./worst-case.ts";

/**
 * Averages the best weights over estimates as other histories of the same length might have given
 * them, or over subsets of the assets. Linear limits hold for the mean because they hold for each.
 *
 * Draws whose frontier does not reach the goal are left out.
 *
 * @see Michaud (1998), "Efficient Asset Management"
 * @see Shen & Wang (2017), "Portfolio selection via subset resampling", AAAI 31
 */
export function chooseResampled(
  goal: FrontierGoal,
  task: OptimizationTask,
  estimates: WorstEstimates,
  resampling: Resampling,
): ChoiceOutcome {
  const draw =
    resampling.subsetSize > 0
      ? subsetSource(task, estimates, resampling)
      : historySource(task, estimates, resampling);
  const sum = new Float64Array(estimates.expectedReturns.length);
  let count = 0;
  for (let k = 0; k < resampling.drawCount; k++) {
    const drawn = draw();
    const choice = chooseOnFrontier(goal, VOLATILITY, drawn.task, drawn.estimates);
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
    resampling.subsetSize > 0 ? "subset-resampled-frontier/1" : "resampled-frontier/1",
  );
}

interface Drawn {
  readonly task: OptimizationTask;
  readonly estimates: Pick<WorstEstimates, "expectedReturns" | "covariance">;
}

function historySource(
  task: OptimizationTask,
  { expectedReturns, covariance }: WorstEstimates,
  { seed }: Resampling,
): () => Drawn {
  const size = {
    observationCount: (task.closes?.rows ?? 0) - 1,
    observationsPerPeriod: TRADING_DAYS_PER_YEAR,
  };
  const draw = estimateSource(expectedReturns, covariance, size, randomSource(seed));
  return () => ({ task, estimates: draw() });
}

/** Holds assets that are not drawn at 0, unless their bounds forbid it. */
function subsetSource(
  task: OptimizationTask,
  estimates: WorstEstimates,
  { seed, subsetSize }: Resampling,
): () => Drawn {
  const { lower, upper } = task.limits;
  const optional = [...lower.keys()].filter((i) => (lower[i] ?? 0) <= 0 && (upper[i] ?? 0) >= 0);
  const drawnCount = Math.max(0, subsetSize - (lower.length - optional.length));
  const uniform = randomSource(seed);
  return () => {
    const left = new Set(optional);
    for (const k of drawSubset(optional.length, Math.min(drawnCount, optional.length), uniform)) {
      left.delete(optional[k] ?? 0);
    }
    const within = (bounds: Float64Array) => bounds.map((bound, i) => (left.has(i) ? 0 : bound));
    const limits = { ...task.limits, lower: within(lower), upper: within(upper) };
    return { task: { ...task, limits }, estimates };
  };
}
