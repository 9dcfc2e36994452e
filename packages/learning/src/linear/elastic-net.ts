import { ArgumentError } from "@portfolio/quant";
import { requireTrainingSet, type TrainingSet } from "../training-set.ts";
import { type CenteredMoments, centeredMoments, interceptOf } from "./centered-moments.ts";
import type { LinearModel } from "./linear-model.ts";

/** How coefficients are penalized: α(ρ‖b‖₁ + ½(1 − ρ)‖b‖²). */
export interface ElasticNetPenalty {
  /** α > 0, for residuals that are averaged and not summed. */
  readonly strength: number;
  /** ρ, 0 … 1: 1 is the lasso, 0 ridge regression. */
  readonly absoluteShare: number;
}

/** An elastic net, and whether it is the minimum. */
export interface ElasticNetFit extends LinearModel {
  readonly status: "optimal" | "iteration-limit";
  /** Rounds over all coefficients. */
  readonly rounds: number;
}

const ROUNDS_MAX = 20_000;
// Largest breach of the optimality conditions, over that of b = 0.
const TOLERANCE = 1e-12;

/**
 * Fits elastic nets for a falling series of penalties, each from the one before.
 *
 * Minimizes Σ ω (y − a − x'b)²/(2 Σ ω) + α(ρ‖b‖₁ + ½(1 − ρ)‖b‖²) by cyclical coordinate descent on
 * the Gram matrix, until the conditions of optimality hold to 1e-12 of what they are at b = 0.
 *
 * @param set - N ≥ 1 observations without missing values.
 * @returns A fit for each penalty, in their order.
 * @throws {ArgumentError} The training set or a penalty is not valid.
 * @see Friedman, Hastie & Tibshirani (2010), "Regularization Paths for Generalized Linear Models via
 *   Coordinate Descent", eq. 5 and section 2.2, doi:10.18637/jss.v033.i01
 */
export function elasticNetPath(
  set: TrainingSet,
  penalties: readonly ElasticNetPenalty[],
): ElasticNetFit[] {
  requireTrainingSet(set, { allowsMissing: false, rowsMin: 1 });
  for (const { strength, absoluteShare } of penalties) {
    if (!(strength > 0 && Number.isFinite(strength))) {
      throw new ArgumentError(`penalty is ${strength}, not a positive number`);
    }
    if (!(absoluteShare >= 0 && absoluteShare <= 1)) {
      throw new ArgumentError(`share of the absolute penalty is ${absoluteShare}, not in [0, 1]`);
    }
  }
  const moments = averaged(centeredMoments(set));
  const count = set.features.cols;
  const coefficients = new Float64Array(count);
  // Gradient of the loss, G·b − q.
  const gradient = moments.product.map((value) => -value);
  return penalties.map((penalty) => {
    const { status, rounds } = descend(moments, penalty, coefficients, gradient);
    return {
      status,
      rounds,
      intercept: interceptOf(moments, coefficients),
      coefficients: coefficients.slice(),
    };
  });
}

function averaged(moments: CenteredMoments): CenteredMoments {
  const { weightSum, gram, product } = moments;
  return {
    ...moments,
    gram: gram.map((entry) => entry / weightSum),
    product: product.map((entry) => entry / weightSum),
  };
}

function descend(
  { gram, product }: CenteredMoments,
  { strength, absoluteShare }: ElasticNetPenalty,
  coefficients: Float64Array,
  gradient: Float64Array,
): Pick<ElasticNetFit, "status" | "rounds"> {
  const count = coefficients.length;
  const absolute = strength * absoluteShare;
  const square = strength - absolute;
  const breachMax = TOLERANCE * product.reduce((most, q) => Math.max(most, Math.abs(q)), 0);
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
    let breach = 0;
    for (let j = 0; j < count; j++) {
      const before = coefficients[j];
      breach = Math.max(breach, optimalityBreach(gradient[j] + square * before, before, absolute));
      const curvature = gram[j * count + j];
      const target = curvature * before - gradient[j];
      const after =
        curvature + square > 0 ? shrink(target, absolute) / (curvature + square) : before;
      if (after !== before) {
        coefficients[j] = after;
        addColumn(gradient, gram, j, after - before);
      }
    }
    if (breach <= breachMax) {
      return { status: "optimal", rounds };
    }
  }
  return { status: "iteration-limit", rounds: ROUNDS_MAX };
}

/** How far the subgradient of one coefficient is from holding 0. */
function optimalityBreach(slope: number, coefficient: number, absolute: number): number {
  return coefficient === 0
    ? Math.max(0, Math.abs(slope) - absolute)
    : Math.abs(slope + absolute * Math.sign(coefficient));
}

function shrink(value: number, threshold: number): number {
  return Math.sign(value) * Math.max(0, Math.abs(value) - threshold);
}

function addColumn(gradient: Float64Array, gram: Float64Array, j: number, step: number): void {
  const row = j * gradient.length;
  for (let k = 0; k < gradient.length; k++) {
    gradient[k] += step * gram[row + k];
  }
}
