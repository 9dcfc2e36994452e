import type { Decision, DecisionContext, Matrix } from "@portfolio/quant";
import { dateOf } from "./backtest-days.ts";
import type { DecisionFailure, FoldFit, StrategyTask } from "./backtest-task.ts";
import type { Clock } from "./choose-discrete.ts";
import { solve } from "./solve.ts";
import type { OptimizationOutcome, OptimizationTask } from "./solve-task.ts";

/**
 * Chooses weights from the closes that a decision sees, as `OptimizePortfolio` would.
 *
 * @param closes - Shape (rows, N): nothing later is known.
 * @param held - Weights at the time, from which costs and turnover of trading are counted; those of
 *   the task if missing.
 */
export function fitWeights(
  optimization: OptimizationTask,
  closes: Matrix,
  held: Float64Array | undefined,
): FoldFit {
  const { trading, ...limits } = optimization.portfolioLimits;
  const current = held ?? trading?.current;
  const portfolioLimits =
    trading && current ? { ...limits, trading: { ...trading, current } } : limits;
  const task = { ...optimization, closes, portfolioLimits };
  const outcome = solve({ kind: "optimization", task }, stepClock()) as OptimizationOutcome;
  return outcome.status === "solved"
    ? { weights: outcome.portfolio.weights }
    : { failure: outcome };
}

/** Makes a clock that counts how often it is asked: searches take the same steps on any machine. */
function stepClock(): Clock {
  let stepCount = 0;
  return () => stepCount++;
}

/**
 * Decides for a strategy; without an answer the positions are kept and the failure is added to the
 * state of the strategy, a list of `DecisionFailure`.
 */
export function decideFor({ optimization }: StrategyTask, context: DecisionContext): Decision {
  const { view, weights } = context;
  const failures = failuresOf(context.strategyState);
  const fit = fitWeights(optimization, view.closes, weights);
  if ("weights" in fit) {
    return { weights: fit.weights, strategyState: failures };
  }
  const date = dateOf(view.days[view.days.length - 1] ?? 0);
  const failed: readonly DecisionFailure[] = [...failures, { date, failure: fit.failure }];
  return { weights: undefined, strategyState: failed };
}

/** Reads the state that `decideFor` leaves. */
export function failuresOf(strategyState: unknown): readonly DecisionFailure[] {
  return (strategyState ?? []) as readonly DecisionFailure[];
}
