import type { Matrix } from "@portfolio/quant";
import type { EnsembleMethod } from "./backtest-strategy.ts";
import type { Fit } from "./fit-strategy.ts";
import { heldReturns } from "./held-returns.ts";
import type { OptimizationTask } from "./solve-task.ts";
import { closesOf, trainingCloses } from "./training-closes.ts";
import type { TrainingWindow } from "./training-window.ts";

interface MixInput {
  readonly optimization: OptimizationTask;
  readonly method: EnsembleMethod<OptimizationTask>;
  readonly window: TrainingWindow;
  /** Solves on the window's closes, or on others of its assets. */
  readonly fitOne: (task: OptimizationTask, closes?: Matrix) => Fit;
  /** Solves for the shares of the members, whose closes are given. */
  readonly fitShares: (task: OptimizationTask, closes: Matrix) => Fit;
}

/**
 * Mixes the weights of several optimizations, in fixed shares or in those that another optimization
 * chooses.
 *
 * For the latter each member is an asset: what it returns in each fold of the window is that of its
 * fit to the other folds, so that no member is judged by days that it was fitted to.
 *
 * @returns Weights of the window's assets; the first failure, if there is one.
 * @see Wolpert (1992), "Stacked Generalization", doi:10.1016/S0893-6080(05)80023-1; skfolio,
 *   `StackingOptimization`
 */
export function mixMembers({ optimization, method, window, fitOne, fitShares }: MixInput): Fit {
  const members = [optimization, ...method.members];
  const shares = method.stacking
    ? stackedShares({ members, closes: window.closes, fitOne, fitShares }, method.stacking)
    : { weights: method.shares };
  if ("failure" in shares) {
    return shares;
  }
  const mixed = new Float64Array(window.assets.length);
  for (const [k, member] of members.entries()) {
    const own = fitOne(member);
    if ("failure" in own) {
      return own;
    }
    const share = shares.weights[k] ?? 0;
    for (const [j, weight] of own.weights.entries()) {
      mixed[j] = (mixed[j] ?? 0) + share * weight;
    }
  }
  return { weights: mixed };
}

type StackInput = Pick<MixInput, "fitOne" | "fitShares"> & {
  readonly members: readonly OptimizationTask[];
  readonly closes: Matrix;
};

function stackedShares(
  { members, closes, fitOne, fitShares }: StackInput,
  { optimization, foldCount }: NonNullable<EnsembleMethod<OptimizationTask>["stacking"]>,
): Fit {
  const rows = closes.rows - 1;
  const cols = members.length;
  const values = new Float64Array(rows * cols);
  for (const fold of foldsOf(rows, foldCount)) {
    const others = Int32Array.from({ length: rows }, (_, t) => t).filter(
      (t) => t < fold.start || t >= fold.end,
    );
    const rest = trainingCloses(closes, others);
    for (const [k, member] of members.entries()) {
      const own = fitOne(member, rest);
      if ("failure" in own) {
        return own;
      }
      for (const [t, value] of heldReturns(closes, own.weights, fold, 0).entries()) {
        values[(fold.start + t) * cols + k] = value;
      }
    }
  }
  return fitShares(optimization, closesOf({ rows, cols, values }));
}

/** Cuts rows into consecutive folds; the first ones have a row more where they do not divide. */
function foldsOf(rowCount: number, foldCount: number) {
  const size = Math.floor(rowCount / foldCount);
  const over = rowCount % foldCount;
  return Array.from({ length: foldCount }, (_, k) => ({
    start: k * size + Math.min(k, over),
    end: (k + 1) * size + Math.min(k + 1, over),
  })).filter(({ start, end }) => end > start);
}
