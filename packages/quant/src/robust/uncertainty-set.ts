import { ArgumentError } from "../errors.ts";
import { choleskyFactor } from "../linalg/cholesky.ts";
import { solveLower } from "../linalg/kernels.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { quickselect } from "../linalg/order-statistics.ts";
import { symmetricEigenvalues } from "../linalg/symmetric-eigen.ts";
import type { ResampledEstimates } from "../optimize/resample-estimates.ts";

/** Estimates, and others that might have come of as long a history. */
export interface EstimateDraws {
  readonly expectedReturns: Float64Array;
  readonly covariance: Matrix;
  /** At least 2. */
  readonly draws: readonly ResampledEstimates[];
  /** Share of the draws that a set has to hold, in (0, 1). */
  readonly confidence: number;
}

/**
 * Sizes an interval for each expected return: half-widths that hold the share of the draws, asset by
 * asset.
 *
 * @returns Length n. The worst of the box takes Σ errorᵢ|wᵢ| from the expected return.
 * @see Tütüncü & Koenig (2004), "Robust Asset Allocation", doi:10.1023/B:ANOR.0000045281.41041.ed
 */
export function meanBox(sample: EstimateDraws): Float64Array {
  return sample.expectedReturns.map((mean, i) =>
    shareOf(sample, ({ expectedReturns }) => Math.abs(expectedReturns[i] - mean)),
  );
}

/**
 * Sizes an ellipsoid around the expected returns, of the shape of Σ: the distance that holds the
 * share of the draws.
 *
 * @returns F with F'F = κ²Σ, shape (n, n). The worst of the ellipsoid takes ‖Fw‖ from the
 *   expected return.
 * @throws {ArgumentError} Σ is singular.
 * @see Goldfarb & Iyengar (2003), doi:10.1287/moor.28.1.1.14260; Fabozzi et al. (2007), "Robust
 *   Portfolio Optimization and Management", ch. 12
 */
export function meanEllipsoid(sample: EstimateDraws): Matrix {
  const { covariance, expectedReturns } = sample;
  const n = covariance.rows;
  const factor = choleskyFactor(covariance);
  if (factor === undefined) {
    throw new ArgumentError(
      "an ellipsoid around the means needs a covariance that is not singular",
    );
  }
  const radius = shareOf(sample, (draw) => {
    const away = draw.expectedReturns.map((mean, i) => mean - expectedReturns[i]);
    solveLower(factor, n, away);
    return Math.sqrt(away.reduce((sum, value) => sum + value * value, 0));
  });
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      values[j * n + i] = radius * factor[i * n + j];
    }
  }
  return { rows: n, cols: n, values };
}

/**
 * Finds the worst covariance of an interval for each entry, for portfolios without short
 * positions: every entry at its upper end. Where that is not positive semidefinite, its diagonal is
 * raised until it is, which is worse still.
 *
 * @returns Shape (n, n), symmetric positive semidefinite.
 * @see Halldórsson & Tütüncü (2003), doi:10.1023/A:1022657926953
 */
export function worstCovarianceOfBox(sample: EstimateDraws): Matrix {
  const { covariance } = sample;
  const n = covariance.rows;
  const values = Float64Array.from(covariance.values);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const k = i * n + j;
      const entry = covariance.values[k];
      const half = shareOf(sample, (draw) => Math.abs(draw.covariance.values[k] - entry));
      values[k] = entry + half;
      values[j * n + i] = values[k];
    }
  }
  const [smallest] = symmetricEigenvalues({ rows: n, cols: n, values });
  return raiseDiagonal({ rows: n, cols: n, values }, Math.max(0, -smallest));
}

/**
 * Finds the worst covariance of a ball around Σ in the Frobenius norm: w'Δw is at most ‖Δ‖·‖w‖², so
 * that the radius is added to every variance.
 *
 * @returns Σ plus the radius that holds the share of the draws times the identity.
 */
export function worstCovarianceOfBall(sample: EstimateDraws): Matrix {
  const { covariance } = sample;
  const radius = shareOf(sample, (draw) =>
    Math.sqrt(
      draw.covariance.values.reduce(
        (sum, value, k) => sum + (value - covariance.values[k]) ** 2,
        0,
      ),
    ),
  );
  return raiseDiagonal(covariance, radius);
}

/** Finds the value under which the share of the draws stays. */
function shareOf(
  { draws, confidence }: EstimateDraws,
  measure: (draw: ResampledEstimates) => number,
): number {
  const values = Float64Array.from(draws, measure);
  const rank = Math.min(values.length - 1, Math.ceil(confidence * values.length) - 1);
  return quickselect(values, Math.max(0, rank));
}

function raiseDiagonal(matrix: Matrix, by: number): Matrix {
  const values = Float64Array.from(matrix.values);
  for (let i = 0; i < matrix.rows; i++) {
    values[i * matrix.cols + i] += by;
  }
  return { ...matrix, values };
}
