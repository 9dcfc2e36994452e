import { ArgumentError } from "../errors.ts";
import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { chiSquaredProbability, chiSquaredQuantile } from "../statistics/chi-squared.ts";
import { columnMoments } from "./missing-observations.ts";
import { requireObservations } from "./observations.ts";
import { findSubset } from "./smallest-determinant.ts";
import { type Ellipsoid, ellipsoidOf, squaredDistances } from "./subset-ellipsoid.ts";

/** A covariance of the bulk of the returns, and which returns that is. */
export interface RobustCovariance {
  readonly status: "estimated";
  /** Reweighted means per period, length n. */
  readonly means: Float64Array;
  /** Reweighted covariance per period, shape (n, n), positive definite. */
  readonly covariance: Matrix;
  /** The half whose determinant is least, h row indices, ascending. */
  readonly subset: Int32Array;
  /** Natural logarithm of the determinant of that half's covariance, divided by h. */
  readonly logDeterminant: number;
  /** Number of rows that count as outliers. */
  readonly outlierCount: number;
}

/** The half that is most alike lies in a plane: some combination of assets has no risk in it. */
export interface SingularSubset {
  readonly status: "singular";
}

/** Share of good returns that the reweighting takes for outliers. */
const OUTLIER_SHARE = 0.025;

/**
 * Computes the minimum covariance determinant estimate, which outliers hardly move.
 *
 * Searches the h rows whose covariance has the least determinant, scales it to be consistent for
 * Gaussian returns, and computes mean and covariance once more from all rows that are near in
 * its metric: scikit-learn's `MinCovDet`, but with starts from n + 1 rows, as in the paper, which
 * find determinants as small or smaller. The search is random, seeded, and not sure to find the
 * least; the same input and seed give the same answer.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @param supportShare - h/T, 0.5 … 1, or `"default"`: h = ⌈(T + n + 1) / 2⌉, at most T.
 * @param seed - Any integer.
 * @throws {ArgumentError} There are fewer than two rows, a return is not finite, or the share is
 *   out of range.
 * @see Rousseeuw & Van Driessen (1999), "A fast algorithm for the minimum covariance determinant
 *   estimator", doi:10.1080/00401706.1999.10485670
 * @see Pison, Van Aelst & Willems (2002), doi:10.1007/s001840200191, section 3 (consistency)
 */
export function minimumCovarianceDeterminant(
  returns: Matrix,
  supportShare: number | "default",
  seed: number,
): RobustCovariance | SingularSubset {
  requireObservations(returns, 2);
  const { rows, cols: n } = returns;
  const h = subsetSize(rows, n, supportShare);
  const { means, variances } = columnMoments(returns);
  if (rows <= n || variances.some((variance) => variance === 0)) {
    return { status: "singular" };
  }
  const scales = variances.map(Math.sqrt);
  const standard = {
    ...returns,
    values: returns.values.map((x, k) => (x - means[k % n]) / scales[k % n]),
  };
  const subset = findSubset(standard, h, seed);
  const raw = subset && ellipsoidOf(standard, subset);
  if (subset === undefined || raw === undefined) {
    return { status: "singular" };
  }
  const inliers = reweightedRows(standard, raw, h / rows);
  const ellipsoid = ellipsoidOf(standard, inliers);
  if (ellipsoid === undefined) {
    return { status: "singular" };
  }
  const factor = consistencyFactor(n, 1 - OUTLIER_SHARE);
  return {
    status: "estimated",
    means: ellipsoid.center.map((mean, i) => means[i] + scales[i] * mean),
    covariance: scaledCovariance(returns, inliers, factor),
    subset,
    logDeterminant:
      raw.logDeterminant + scales.reduce((sum, scale) => sum + 2 * Math.log(scale), 0),
    outlierCount: rows - inliers.length,
  };
}

function subsetSize(rows: number, n: number, supportShare: number | "default"): number {
  if (supportShare === "default") {
    return Math.min(rows, Math.ceil((rows + n + 1) / 2));
  }
  if (!(supportShare >= 0.5 && supportShare <= 1)) {
    throw new ArgumentError(`share of the subset is ${supportShare}, not between 0.5 and 1`);
  }
  return Math.floor(supportShare * rows);
}

/** Finds the rows within the 97.5 % quantile of the consistent raw estimate. */
function reweightedRows(standard: Matrix, raw: Ellipsoid, share: number): Int32Array {
  const cutoff =
    chiSquaredQuantile(1 - OUTLIER_SHARE, standard.cols) * consistencyFactor(standard.cols, share);
  const distances = squaredDistances(standard, raw);
  return Int32Array.from(distances.keys()).filter((t) => distances[t] < cutoff);
}

/** Computes α / P(χ²₍ₙ₊₂₎ ≤ q), q being the α quantile of χ²₍ₙ₎. */
function consistencyFactor(n: number, share: number): number {
  return share / chiSquaredProbability(chiSquaredQuantile(share, n), n + 2);
}

/** Computes the covariance of chosen rows, divided by their number, times a factor. */
function scaledCovariance(returns: Matrix, chosen: Int32Array, factor: number): Matrix {
  const n = returns.cols;
  const values = new Float64Array(chosen.length * n);
  const means = new Float64Array(n);
  for (let k = 0; k < chosen.length; k++) {
    const row = returns.values.subarray(chosen[k] * n, (chosen[k] + 1) * n);
    values.set(row, k * n);
    for (let j = 0; j < n; j++) {
      means[j] += row[j] / chosen.length;
    }
  }
  const products = centeredGram({ rows: chosen.length, cols: n, values }, means);
  const scale = factor / chosen.length;
  return { ...products, values: products.values.map((sum) => sum * scale) };
}
