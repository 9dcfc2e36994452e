import { ArgumentError, symmetricEigen } from "@portfolio/quant";
import { requireTrainingSet, type TrainingSet } from "../training-set.ts";
import { centeredMoments, interceptOf } from "./centered-moments.ts";
import type { LinearModel } from "./linear-model.ts";

// Below this share of the largest eigenvalue, a direction is one that the data do not have.
const RANK_TOLERANCE = 1e-13;

/**
 * Fits ridge regressions for many penalties at the cost of one.
 *
 * Minimizes Σ ω (y − a − x'b)² + λ‖b‖²; the intercept is not penalized. From the eigenvectors V and
 * eigenvalues δ of the centered Gram matrix, b(λ) = V diag(1/(δ + λ)) V'Σ ω (x − x̄)(y − ȳ): after
 * N·F² operations each λ costs F². Scale the features first, unless their units are comparable.
 *
 * @param set - N ≥ 1 observations without missing values.
 * @param penalties - λ, each at least 0. With λ = 0, of the solutions that of the least norm.
 * @returns A model for each penalty.
 * @throws {ArgumentError} The training set or a penalty is not valid.
 * @see Hoerl & Kennard (1970), "Ridge Regression: Biased Estimation for Nonorthogonal Problems",
 *   eq. 2.1, doi:10.1080/00401706.1970.10488634
 */
export function ridgePath(set: TrainingSet, penalties: readonly number[]): LinearModel[] {
  requireTrainingSet(set, { allowsMissing: false, rowsMin: 1 });
  for (const penalty of penalties) {
    if (!(penalty >= 0 && Number.isFinite(penalty))) {
      throw new ArgumentError(`penalty is ${penalty}, not a number of at least 0`);
    }
  }
  const count = set.features.cols;
  const moments = centeredMoments(set);
  const { values, vectors } = symmetricEigen({ rows: count, cols: count, values: moments.gram });
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  const rotated = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    for (let j = 0; j < count; j++) {
      rotated[k] += vectors.values[k * count + j] * moments.product[j];
    }
  }
  return penalties.map((penalty) => {
    const scaled = rotated.map((product, k) =>
      values[k] > RANK_TOLERANCE * largest ? product / (values[k] + penalty) : 0,
    );
    const coefficients = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      for (let j = 0; j < count; j++) {
        coefficients[j] += vectors.values[k * count + j] * scaled[k];
      }
    }
    return { intercept: interceptOf(moments, coefficients), coefficients };
  });
}
