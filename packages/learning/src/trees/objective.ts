import { type PointLossKind, pointLoss } from "../point-loss.ts";
import type { TrainingSet } from "../training-set.ts";
import type { Derivatives } from "./histogram.ts";
import { rankingObjective } from "./ranking-objective.ts";
import { weightedQuantile } from "./weighted-quantile.ts";

/** What boosted trees minimize. */
export type BoostingLoss =
  | PointLossKind
  /** ln(1 + e^(fⱼ − fᵢ)) over pairs of one date with yᵢ > yⱼ. */
  | {
      readonly kind: "ranking";
      /** Partners drawn for each observation of a date that has more; others meet all. */
      readonly partnersMax: number;
    };

/** A loss of one training set. */
export interface Objective {
  /** The constant to start from. */
  readonly base: number;
  /**
   * Computes the derivatives of the loss at the forecasts.
   *
   * @param tree - Number of the tree that is grown next, for what is drawn.
   */
  readonly derive: (forecasts: Float64Array, tree: number, out: Derivatives) => void;
  /** Computes the mean loss. */
  readonly loss: (forecasts: Float64Array) => number;
  /** The level whose quantile of residuals a leaf takes; absent, a leaf is a Newton step. */
  readonly leafLevel?: number;
}

/**
 * Makes the loss of a training set.
 *
 * @param seed - For the pairs that are drawn when ranking.
 * @throws {ArgumentError} A parameter of the loss is not valid.
 */
export function objectiveOf(loss: BoostingLoss, set: TrainingSet, seed: number): Objective {
  switch (loss.kind) {
    case "squared":
      return pointObjective(set, loss, weightedMean);
    case "huber":
      return pointObjective(set, loss, (y, weights) => weightedQuantile(y, weights, 0.5));
    case "quantile": {
      const { level } = loss;
      const objective = pointObjective(set, loss, (y, w) => weightedQuantile(y, w, level));
      return { ...objective, leafLevel: level };
    }
    case "ranking":
      return rankingObjective(set, loss.partnersMax, seed);
  }
}

/** A loss that is a sum over observations, with curvature 1. */
function pointObjective(
  { targets, weights }: TrainingSet,
  kind: PointLossKind,
  start: (targets: Float64Array, weights: Float64Array) => number,
): Objective {
  const { value, slope } = pointLoss(kind);
  const ones = weights ?? new Float64Array(targets.length).fill(1);
  const total = ones.reduce((sum, weight) => sum + weight, 0);
  return {
    base: start(targets, ones),
    derive: (forecasts, _, { gradients, curvatures }) => {
      for (let i = 0; i < targets.length; i++) {
        gradients[i] = ones[i] * slope(targets[i] - forecasts[i]);
        curvatures[i] = ones[i];
      }
    },
    loss: (forecasts) => {
      let sum = 0;
      for (let i = 0; i < targets.length; i++) {
        sum += ones[i] * value(targets[i] - forecasts[i]);
      }
      return sum / total;
    },
  };
}

function weightedMean(targets: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < targets.length; i++) {
    sum += weights[i] * targets[i];
    total += weights[i];
  }
  return sum / total;
}
