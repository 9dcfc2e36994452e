import { choleskyFactor } from "../linalg/cholesky.ts";
import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** Mean and covariance of some rows, ready to measure distances in their metric. */
export interface Ellipsoid {
  /** Length n. */
  readonly center: Float64Array;
  /** Cholesky factor of the covariance, shape (n, n). */
  readonly factor: Float64Array;
  readonly logDeterminant: number;
}

/**
 * Computes mean and covariance of chosen rows, divided by their number.
 *
 * @param x - Shape (T, n).
 * @param chosen - Row indices.
 * @returns Nothing when the covariance is singular.
 */
export function ellipsoidOf(x: Matrix, chosen: Int32Array): Ellipsoid | undefined {
  const n = x.cols;
  const count = chosen.length;
  if (count <= n) {
    return undefined;
  }
  const center = new Float64Array(n);
  const values = new Float64Array(count * n);
  for (let k = 0; k < count; k++) {
    const offset = chosen[k] * n;
    for (let j = 0; j < n; j++) {
      values[k * n + j] = x.values[offset + j];
      center[j] += x.values[offset + j] / count;
    }
  }
  const covariance = centeredGram({ rows: count, cols: n, values }, center);
  for (let k = 0; k < covariance.values.length; k++) {
    covariance.values[k] /= count;
  }
  return ellipsoidFrom(center, covariance);
}

/** Prepares a mean and a covariance; nothing when the covariance is singular. */
export function ellipsoidFrom(center: Float64Array, covariance: Matrix): Ellipsoid | undefined {
  const factor = choleskyFactor(covariance);
  if (factor === undefined) {
    return undefined;
  }
  const n = center.length;
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) {
    logDeterminant += 2 * Math.log(factor[i * n + i]);
  }
  return { center, factor, logDeterminant };
}

/** Computes (x − m)'Σ⁻¹(x − m) of every row, length T. */
export function squaredDistances(x: Matrix, { center, factor }: Ellipsoid): Float64Array {
  const { rows, cols: n, values } = x;
  const distances = new Float64Array(rows);
  const solution = new Float64Array(n);
  for (let t = 0; t < rows; t++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      let rest = values[t * n + i] - center[i];
      for (let k = 0; k < i; k++) {
        rest -= factor[i * n + k] * solution[k];
      }
      solution[i] = rest / factor[i * n + i];
      sum += solution[i] * solution[i];
    }
    distances[t] = sum;
  }
  return distances;
}

/** Finds the `count` rows of least distance, ascending; of equal ones, the first. */
export function nearestRows(distances: Float64Array, count: number): Int32Array {
  const cutoff = Float64Array.from(distances).sort()[count - 1];
  const chosen = new Int32Array(count);
  let below = 0;
  for (let t = 0; t < distances.length; t++) {
    below += distances[t] < cutoff ? 1 : 0;
  }
  let ties = count - below;
  for (let t = 0, k = 0; t < distances.length && k < count; t++) {
    const isTie = distances[t] === cutoff && ties > 0;
    if (distances[t] < cutoff || isTie) {
      chosen[k] = t;
      k++;
      ties -= isTie ? 1 : 0;
    }
  }
  return chosen;
}
