import { ArgumentError, type Matrix } from "@portfolio/quant";
import { meanOf } from "../validation/long-run-variance.ts";

/**
 * Computes weights of models from how well each ordered assets so far: each information coefficient,
 * shrunk to their mean, and 0 where that is negative.
 *
 * @param coefficients - A row per date, a column per model, of dates that were not trained on.
 * @param shrinkage - 0 … 1; 1 weighs all alike.
 * @returns Weights that sum to 1, length K; equal ones when no model has any skill.
 * @throws {ArgumentError} There is no date or model, or the shrinkage is not in [0, 1].
 * @see Grinold & Kahn (2000), "Active Portfolio Management", 2nd ed., chapter 11
 */
export function skillWeights(coefficients: Matrix, shrinkage: number): Float64Array {
  const { rows, cols, values } = coefficients;
  if (rows === 0 || cols === 0 || !(shrinkage >= 0 && shrinkage <= 1)) {
    throw new ArgumentError(`${rows} dates of ${cols} models with a shrinkage of ${shrinkage}`);
  }
  const means = Float64Array.from({ length: cols }, (_, k) =>
    meanOf(Float64Array.from({ length: rows }, (__, t) => values[t * cols + k])),
  );
  const center = meanOf(means);
  const skills = means.map((mean) => Math.max(0, mean + shrinkage * (center - mean)));
  const total = skills.reduce((sum, skill) => sum + skill, 0);
  return skills.map((skill) => (total > 0 ? skill / total : 1 / cols));
}

const ROUNDS_MAX = 10_000;
const TOLERANCE = 1e-12;

/**
 * Finds the weights, at least 0 and of sum 1, whose combination of forecasts has the least squared
 * error.
 *
 * @param forecasts - A row per observation, a column per model, of observations that the models were
 *   not trained on, shape (N, K).
 * @param targets - Length N.
 * @returns Weights, length K. By pairwise descent, to 1e-12 of the error of equal weights.
 * @throws {ArgumentError} There is no observation or model, lengths differ, or a number is not finite.
 * @see Breiman (1996), "Stacked Regressions", section 2, doi:10.1007/BF00117832
 */
export function stackingWeights(forecasts: Matrix, targets: Float64Array): Float64Array {
  const { rows, cols, values } = forecasts;
  if (rows === 0 || cols === 0 || targets.length !== rows) {
    throw new ArgumentError(`${targets.length} targets for ${rows} forecasts of ${cols} models`);
  }
  const gram = new Float64Array(cols * cols);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < cols; a++) {
      const error = (values[i * cols + a] - targets[i]) / rows;
      for (let b = 0; b < cols; b++) {
        gram[a * cols + b] += error * (values[i * cols + b] - targets[i]);
      }
    }
  }
  if (!gram.every(Number.isFinite)) {
    throw new ArgumentError("a forecast or a target is not finite, or too large");
  }
  return leastOnSimplex(gram, cols);
}

/** Minimizes w'Gw over the simplex: weight moves from the worst model in use to the best. */
function leastOnSimplex(gram: Float64Array, count: number): Float64Array {
  const weights = new Float64Array(count).fill(1 / count);
  const slopes = weights.map((_, a) =>
    weights.reduce((sum, weight, b) => sum + gram[a * count + b] * weight, 0),
  );
  const enough = TOLERANCE * weights.reduce((sum, w, k) => sum + w * slopes[k], 0);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const best = slopes.reduce((k, slope, at) => (slope < slopes[k] ? at : k), 0);
    const worst = slopes.reduce(
      (k, slope, at) => (weights[at] > 0 && slope > slopes[k] ? at : k),
      best,
    );
    if (!(slopes[worst] - slopes[best] > enough)) {
      break;
    }
    moveWeight(gram, weights, slopes, worst, best);
  }
  return weights;
}

/** Moves as much weight as lowers the error most, at most all there is. */
function moveWeight(
  gram: Float64Array,
  weights: Float64Array,
  slopes: Float64Array,
  from: number,
  to: number,
): void {
  const count = weights.length;
  const curvature = gram[to * count + to] + gram[from * count + from] - 2 * gram[to * count + from];
  const wanted = curvature > 0 ? (slopes[from] - slopes[to]) / curvature : Number.POSITIVE_INFINITY;
  const step = Math.min(weights[from], wanted);
  weights[to] += step;
  weights[from] -= step;
  for (let k = 0; k < count; k++) {
    slopes[k] += step * (gram[k * count + to] - gram[k * count + from]);
  }
}
