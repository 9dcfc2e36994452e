import { ArgumentError } from "@portfolio/quant";
import type { TrainingSet } from "../training-set.ts";
import type { Derivatives } from "./histogram.ts";
import { rankingObjective } from "./ranking-objective.ts";
import { weightedQuantile } from "./weighted-quantile.ts";

/** What boosted trees minimize. */
export type BoostingLoss =
  /** ½(y − f)². */
  | { readonly kind: "squared" }
  /** ½r² up to δ, then δ(|r| − ½δ): δ is the residual from which errors count linearly. */
  | { readonly kind: "huber"; readonly threshold: number }
  /** The pinball loss, whose minimum is the quantile of this level. */
  | { readonly kind: "quantile"; readonly level: number }
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
      return pointObjective(set, {
        start: weightedMeanOf,
        value: (residual) => (residual * residual) / 2,
        slope: (residual) => -residual,
      });
    case "huber":
      return huberObjective(set, loss.threshold);
    case "quantile":
      return quantileObjective(set, loss.level);
    case "ranking":
      return rankingObjective(set, loss.partnersMax, seed);
  }
}

/** A loss that is a sum over observations, with curvature 1. */
interface PointLoss {
  readonly start: (targets: Float64Array, weights: Float64Array) => number;
  /** Loss of a residual y − f. */
  readonly value: (residual: number) => number;
  /** Derivative of the loss by f. */
  readonly slope: (residual: number) => number;
}

function huberObjective(set: TrainingSet, threshold: number): Objective {
  if (!(threshold > 0 && Number.isFinite(threshold))) {
    throw new ArgumentError(`threshold of the Huber loss is ${threshold}, not a positive number`);
  }
  return pointObjective(set, {
    start: (targets, weights) => weightedQuantile(targets, weights, 0.5),
    value: (residual) => {
      const size = Math.abs(residual);
      return size <= threshold ? (size * size) / 2 : threshold * (size - threshold / 2);
    },
    slope: (residual) => -Math.max(-threshold, Math.min(threshold, residual)),
  });
}

function quantileObjective(set: TrainingSet, level: number): Objective {
  if (!(level > 0 && level < 1)) {
    throw new ArgumentError(`level of the quantile is ${level}, not between 0 and 1`);
  }
  const objective = pointObjective(set, {
    start: (targets, weights) => weightedQuantile(targets, weights, level),
    value: (residual) => residual * (residual >= 0 ? level : level - 1),
    slope: (residual) => (residual > 0 ? -level : 1 - level),
  });
  return { ...objective, leafLevel: level };
}

function pointObjective({ targets, weights }: TrainingSet, point: PointLoss): Objective {
  const ones = weights ?? new Float64Array(targets.length).fill(1);
  const total = ones.reduce((sum, weight) => sum + weight, 0);
  return {
    base: point.start(targets, ones),
    derive: (forecasts, _, { gradients, curvatures }) => {
      for (let i = 0; i < targets.length; i++) {
        gradients[i] = ones[i] * point.slope(targets[i] - forecasts[i]);
        curvatures[i] = ones[i];
      }
    },
    loss: (forecasts) => {
      let sum = 0;
      for (let i = 0; i < targets.length; i++) {
        sum += ones[i] * point.value(targets[i] - forecasts[i]);
      }
      return sum / total;
    },
  };
}

function weightedMeanOf(targets: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < targets.length; i++) {
    sum += weights[i] * targets[i];
    total += weights[i];
  }
  return sum / total;
}
