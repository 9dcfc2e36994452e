import type { Decision, DecisionContext } from "@portfolio/quant";
import { dateOf } from "./backtest-days.ts";
import type { Fallback, Strategy } from "./backtest-strategy.ts";
import type { DecisionFailure } from "./backtest-task.ts";
import { type Fit, type FitContext, fitStrategy } from "./fit-strategy.ts";
import type { PlanContext } from "./plan-weights.ts";
import type { OptimizationTask, SolveFailure } from "./solve-task.ts";
import { eligibleAssets, type TrainingView } from "./training-window.ts";

/** What a strategy decides, and what went wrong before. */
export interface Choice {
  /** Missing where positions are kept. */
  readonly weights: Float64Array | undefined;
  readonly workingSet?: PlanContext["start"];
  /** Why the optimization had no answer. */
  readonly failure?: SolveFailure;
  /** Number of the fallback that was taken, from 1; 0 for none. */
  readonly fallback: number;
}

/** What a strategy hands to its next decision. */
export interface StrategyState {
  readonly failures: readonly DecisionFailure[];
  /** Weights that were decided last. */
  readonly weights: Float64Array | undefined;
  /** Weights that the optimization chose last, without a fallback. */
  readonly chosen?: Float64Array | undefined;
  readonly workingSet: PlanContext["start"];
}

/**
 * Chooses weights, by the first fallback that has an answer where the optimization has none.
 *
 * @param previous - Weights that were decided last, if any.
 */
export function choose(
  strategy: Strategy<OptimizationTask>,
  view: TrainingView,
  context: FitContext,
  previous: Float64Array | undefined,
): Choice {
  const fit = fitStrategy(strategy, view, context);
  if ("weights" in fit) {
    return { ...fit, fallback: 0 };
  }
  const { failure } = fit;
  for (const [k, fallback] of strategy.fallbacks.entries()) {
    const taken = take(fallback, strategy, view, { ...context, start: undefined, previous });
    if (taken !== undefined && !("failure" in taken)) {
      return { weights: taken.weights, failure, fallback: k + 1 };
    }
  }
  return { weights: undefined, failure, fallback: 0 };
}

function take(
  fallback: Fallback<OptimizationTask>,
  { preSelections }: Strategy<OptimizationTask>,
  view: TrainingView,
  { previous, ...context }: FitContext & { readonly previous: Float64Array | undefined },
): Fit | { readonly weights: undefined } {
  switch (fallback.kind) {
    case "keep-positions":
      return { weights: undefined };
    case "previous-weights":
      return { weights: previous };
    case "equal-weight":
      return { weights: equalWeights(view) };
    case "cash":
      return { weights: new Float64Array(view.closes.cols) };
    case "optimization":
      return fitStrategy(
        { optimization: fallback.optimization, preSelections, method: undefined },
        view,
        context,
      );
  }
}

/** Equal weights of the assets that may be held; none where there is none. */
export function equalWeights(view: TrainingView): Float64Array {
  const eligible = eligibleAssets(view);
  const weights = new Float64Array(view.closes.cols);
  for (const asset of eligible) {
    weights[asset] = 1 / eligible.length;
  }
  return weights;
}

/** Decides for a strategy; what goes wrong is added to its state. */
export function decideFor(
  strategy: Strategy<OptimizationTask>,
  context: DecisionContext,
  view: TrainingView,
  plan: Omit<PlanContext, "view" | "value" | "start">,
): Decision {
  const state = stateOf(context.strategyState);
  const { weights: held, value } = context;
  const choice = choose(
    strategy,
    view,
    {
      held,
      start: state.chosen,
      plan: { ...plan, view: context.view, value, start: state.workingSet },
    },
    state.weights,
  );
  const { failure, fallback, weights } = choice;
  const date = dateOf(context.view.days[context.view.days.length - 1] ?? 0);
  const next: StrategyState = {
    failures: failure ? [...state.failures, { date, failure, fallback }] : state.failures,
    weights: weights ?? state.weights,
    chosen: failure ? state.chosen : weights,
    workingSet: choice.workingSet,
  };
  return { weights, strategyState: next };
}

/** Reads the state that `decideFor` leaves. */
export function stateOf(strategyState: unknown): StrategyState {
  const state = strategyState as StrategyState | undefined;
  return state ?? { failures: [], weights: undefined, workingSet: undefined };
}
