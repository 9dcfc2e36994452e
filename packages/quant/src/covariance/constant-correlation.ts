import type { Matrix } from "../linalg/matrix.ts";
import {
  biasedCovariance,
  meanFourthPower,
  type ShrunkCovariance,
  shrinkToTarget,
  squaredNormOf,
} from "./shrinkage.ts";

/**
 * Computes the covariance shrunk to one of the same variances and equal correlations.
 *
 * (1 − δ)·S + δ·F, with S the covariance divided by T, Fᵢᵢ = Sᵢᵢ and Fᵢⱼ = r̄ √(Sᵢᵢ Sⱼⱼ), r̄ being
 * the mean correlation, and δ the weight that minimizes the expected squared Frobenius distance
 * to the true covariance. Positive semidefinite. An asset without variance counts for no mean.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @returns The covariance per period, and δ. With fewer than three assets F is S, and δ is 0.
 * @throws {ArgumentError} There are fewer than two rows, or a return is not finite.
 * @see Ledoit & Wolf (2004), "Honey, I shrunk the sample covariance matrix",
 *   doi:10.3905/jpm.2004.110
 */
export function constantCorrelationCovariance(returns: Matrix): ShrunkCovariance {
  const { means, covariance } = biasedCovariance(returns);
  const { rows: n, values } = covariance;
  if (n < 3) {
    return { covariance, shrinkage: 0 };
  }
  const deviations = Float64Array.from({ length: n }, (_, i) => Math.sqrt(values[i * n + i]));
  const correlation = meanCorrelation(covariance, deviations);
  const target = equalCorrelationTarget(covariance, deviations, correlation);
  const noise = meanFourthPower(returns, means) - squaredNormOf(values);
  const sharedNoise = noiseOfTarget(returns, means, covariance, deviations, correlation);
  return shrinkToTarget({ covariance, target, noise, sharedNoise, periodCount: returns.rows });
}

/** Computes r̄ over the pairs of assets that have variance; 0 when there is no such pair. */
export function meanCorrelation({ rows: n, values }: Matrix, deviations: Float64Array): number {
  let total = 0;
  let pairCount = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const scale = deviations[i] * deviations[j];
      if (scale > 0) {
        total += values[i * n + j] / scale;
        pairCount++;
      }
    }
  }
  return pairCount > 0 ? total / pairCount : 0;
}

/** Computes F of the same variances, with one correlation for every pair. */
export function equalCorrelationTarget(
  { rows: n, values }: Matrix,
  deviations: Float64Array,
  correlation: number,
): Float64Array {
  const target = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      target[i * n + j] = correlation * (deviations[i] * deviations[j]);
    }
    target[i * n + i] = values[i * n + i];
  }
  return target;
}

/**
 * Computes ρ = Σᵢ πᵢᵢ + r̄ Σᵢ≠ⱼ √(Sⱼⱼ/Sᵢᵢ) ϑᵢᵢ,ᵢⱼ of the paper's appendix B.
 *
 * With deviations x from the means, ϑᵢᵢ,ᵢⱼ is the mean of xᵢ³xⱼ less Sᵢᵢ Sᵢⱼ. Summed over j
 * first, a day costs n operations and not n².
 */
function noiseOfTarget(
  { rows, cols: n, values }: Matrix,
  means: Float64Array,
  { values: sample }: Matrix,
  deviations: Float64Array,
  correlation: number,
): number {
  const inverses = deviations.map((deviation) => (deviation > 0 ? 1 / deviation : 0));
  let ownNoise = 0;
  let crossNoise = 0;
  for (let t = 0; t < rows; t++) {
    let cubes = 0;
    let weighted = 0;
    for (let i = 0; i < n; i++) {
      const x = values[t * n + i] - means[i];
      const square = x * x;
      ownNoise += square * square;
      cubes += square * x * inverses[i];
      weighted += deviations[i] * x;
    }
    crossNoise += cubes * weighted;
  }
  ownNoise /= rows;
  crossNoise /= rows;
  // The sum over all i and j holds the pairs i = j, which are ownNoise.
  crossNoise -= ownNoise;
  for (let i = 0; i < n; i++) {
    const variance = sample[i * n + i];
    ownNoise -= variance * variance;
    for (let j = 0; j < n; j++) {
      crossNoise -= j === i ? 0 : deviations[i] * deviations[j] * sample[i * n + j];
    }
  }
  return ownNoise + correlation * crossNoise;
}
