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
 * @param start - Weights chosen before, which the search goes on from.
 */
export function fitWeights(
  optimization: OptimizationTask,
  closes: Matrix,
  { held, start }: { readonly held?: Float64Array; readonly start?: Float64Array | undefined } = {},
): FoldFit {
  const { trading, ...limits } = optimization.portfolioLimits;
  const current = held ?? trading?.current;
  const portfolioLimits =
    trading && current ? { ...limits, trading: { ...trading, current } } : limits;
  const task = { ...optimization, closes, portfolioLimits, start };
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

/** What a strategy keeps from decision to decision. */
interface StrategyState {
  readonly failures: readonly DecisionFailure[];
  /** The weights that were chosen last. */
  readonly chosen?: Float64Array | undefined;
}

/**
 * Decides for a strategy, starting from what it chose before; without an answer the positions are
 * kept and the failure is added to the state of the strategy.
 */
export function decideFor({ optimization }: StrategyTask, context: DecisionContext): Decision {
  const { view, weights: held } = context;
  const { failures, chosen } = stateOf(context.strategyState);
  const fit = fitWeights(optimization, view.closes, { held, start: chosen });
  if ("weights" in fit) {
    const { weights } = fit;
    return { weights, strategyState: { failures, chosen: weights } satisfies StrategyState };
  }
  const date = dateOf(view.days[view.days.length - 1] ?? 0);
  const strategyState: StrategyState = {
    failures: [...failures, { date, failure: fit.failure }],
    chosen,
  };
  return { weights: undefined, strategyState };
}

/** Reads the failures from the state that `decideFor` leaves. */
export function failuresOf(strategyState: unknown): readonly DecisionFailure[] {
  return stateOf(strategyState).failures;
}

function stateOf(strategyState: unknown): StrategyState {
  return (strategyState ?? { failures: [] }) as StrategyState;
}
