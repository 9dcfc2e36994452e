import { ArgumentError, type Matrix, type MultiPeriodPlan } from "@portfolio/quant";
import type { Strategy } from "./backtest-strategy.ts";
import type { Clock } from "./choose-discrete.ts";
import { withForecastsOf } from "./dated-forecasts.ts";
import { mixMembers } from "./mix-members.ts";
import { takesSample } from "./observed-covariance.ts";
import { chooseWeights } from "./optimize.ts";
import { type PlanContext, planWeights } from "./plan-weights.ts";
import { restrictTask } from "./restrict-task.ts";
import type { OptimizationTask, SolveFailure } from "./solve-task.ts";
import { spreadEntries, takeEntries } from "./take-assets.ts";
import { type TrainingView, type TrainingWindow, trainingWindow } from "./training-window.ts";

/** What a decision knows beside prices. */
export interface FitContext {
  /**
   * Weights at the time, from which costs and turnover of trading are counted, length N; those of
   * the task if missing.
   */
  readonly held?: Float64Array | undefined;
  /** Weights chosen before, which the search goes on from, length N. */
  readonly start?: Float64Array | undefined;
  /** For a strategy that plans several periods. */
  readonly plan?: PlanContext | undefined;
}

/** Weights of all N assets, or why there are none. */
export type Fit =
  | {
      readonly weights: Float64Array;
      readonly workingSet?: MultiPeriodPlan["workingSet"] | undefined;
    }
  | { readonly failure: SolveFailure };

/**
 * Chooses weights as a strategy does, but for its grid and its fallbacks.
 *
 * @param view - Nothing later is known.
 */
export function fitStrategy(
  strategy: Omit<Strategy<OptimizationTask>, "name" | "fallbacks">,
  view: TrainingView,
  context: FitContext,
): Fit {
  try {
    const seen = withForecastsOf(view, strategy);
    const window = trainingWindow(seen.view, strategy.preSelections);
    return window.assets.length === 0
      ? refused("no symbol may be held: each lacks prices, is no member or is left out")
      : fitWindow(seen.strategy, window, context, view.closes.cols);
  } catch (error) {
    if (error instanceof ArgumentError) {
      return refused(error.message);
    }
    throw error;
  }
}

function refused(message: string): Fit {
  return { failure: { status: "refused", message } };
}

function fitWindow(
  { optimization, method }: Pick<Strategy<OptimizationTask>, "optimization" | "method">,
  window: TrainingWindow,
  { held, plan, start }: FitContext,
  assetCount: number,
): Fit {
  // Weights of other assets than those of the window are no point of its problem.
  const isWhole = window.assets.length === assetCount;
  const fitOne = (task: OptimizationTask, closes?: Matrix) =>
    fitTask(task, closes === undefined ? window : { assets: window.assets, closes }, held);
  const fitShares = (task: OptimizationTask, closes: Matrix) =>
    fitTask(task, { assets: task.symbols.map((_, k) => k), closes }, undefined);
  const found =
    method?.kind === "multi-period" && plan !== undefined
      ? planWeights({ optimization, method, window, held, plan })
      : method?.kind === "ensemble"
        ? mixMembers({ optimization, method, window, fitOne, fitShares })
        : fitOne(isWhole ? { ...optimization, start } : optimization);
  return "weights" in found
    ? { ...found, weights: spreadEntries(found.weights, window.assets, assetCount) }
    : found;
}

/** Solves for the assets of a window, as `OptimizePortfolio` would. */
function fitTask(
  task: OptimizationTask,
  { assets, closes, sample }: TrainingWindow,
  held: Float64Array | undefined,
): Fit {
  const restricted = restrictTask(task, assets);
  if ("status" in restricted) {
    return { failure: restricted };
  }
  const current = held && takeEntries(held, assets);
  const filled = {
    ...(current ? tradingFrom(restricted, current) : restricted),
    closes,
    sample: task.horizonDays === undefined && takesSample(task.covariance) ? sample?.() : undefined,
  };
  const found = chooseWeights(filled, stepClock());
  return found.status === "chosen" ? { weights: found.choice.weights } : { failure: found };
}

/** Counts trades from other weights than those of the task. */
function tradingFrom(task: OptimizationTask, current: Float64Array): OptimizationTask {
  const { portfolioLimits, discreteness } = task;
  const { trading } = portfolioLimits;
  const trades = discreteness?.limits.trades;
  return {
    ...task,
    ...(trading && { portfolioLimits: { ...portfolioLimits, trading: { ...trading, current } } }),
    ...(discreteness &&
      trades && {
        discreteness: {
          ...discreteness,
          limits: { ...discreteness.limits, trades: { ...trades, center: current } },
        },
      }),
  };
}

/** Makes a clock that counts how often it is asked: searches take the same steps on any machine. */
function stepClock(): Clock {
  let stepCount = 0;
  return () => stepCount++;
}
