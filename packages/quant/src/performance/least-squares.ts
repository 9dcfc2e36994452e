import { choleskyFactor, choleskySolve } from "../linalg/cholesky.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** A regression with an intercept. */
export interface LeastSquares {
  /** Intercept, then a slope per column. */
  readonly coefficients: Float64Array;
  readonly residuals: Float64Array;
  /** The columns with a 1 before them, shape (T, K + 1). */
  readonly design: Matrix;
  /** (X'X)⁻¹ of the design X, row-major, shape (K + 1, K + 1). */
  readonly inverseGram: Float64Array;
}

/**
 * Regresses y on an intercept and the columns of x.
 *
 * Columns are centered and scaled first, so the normal equations see correlations: their
 * condition does not depend on units, and the intercept costs no digits.
 *
 * @param y - Length T.
 * @param x - Shape (T, K), T > K.
 * @returns The fit, or nothing when the columns are linearly dependent or one is constant.
 */
export function leastSquares(y: Float64Array, x: Matrix): LeastSquares | undefined {
  const { rows: count, cols: k } = x;
  const { centers, scales, standard } = standardize(x);
  const factor = choleskyFactor(gramOf(standard));
  if (factor === undefined || scales.some((scale) => scale === 0)) {
    return undefined;
  }
  const yMean = y.reduce((sum, value) => sum + value / count, 0);
  const right = new Float64Array(k);
  for (let t = 0; t < count; t++) {
    for (let j = 0; j < k; j++) {
      right[j] += standard.values[t * k + j] * (y[t] - yMean);
    }
  }
  const slopes = choleskySolve(factor, right);
  const residuals = y.map((value) => value - yMean);
  for (let t = 0; t < count; t++) {
    for (let j = 0; j < k; j++) {
      residuals[t] -= standard.values[t * k + j] * slopes[j];
    }
  }
  const coefficients = new Float64Array(k + 1);
  coefficients[0] = yMean;
  for (let j = 0; j < k; j++) {
    coefficients[j + 1] = slopes[j] / scales[j];
    coefficients[0] -= coefficients[j + 1] * centers[j];
  }
  return {
    coefficients,
    residuals,
    design: withIntercept(x),
    inverseGram: inverseGramOf(factor, centers, scales, count),
  };
}

/** Centers each column and divides it by the length of what is left. */
function standardize({ rows, cols, values }: Matrix) {
  const centers = new Float64Array(cols);
  const scales = new Float64Array(cols);
  const standard = { rows, cols, values: new Float64Array(rows * cols) };
  for (let j = 0; j < cols; j++) {
    let largest = 0;
    for (let t = 0; t < rows; t++) {
      centers[j] += values[t * cols + j] / rows;
      largest = Math.max(largest, Math.abs(values[t * cols + j]));
    }
    for (let t = 0; t < rows; t++) {
      scales[j] = Math.hypot(scales[j], values[t * cols + j] - centers[j]);
    }
    scales[j] = scales[j] > 1e-13 * largest * Math.sqrt(rows) ? scales[j] : 0;
    for (let t = 0; t < rows && scales[j] > 0; t++) {
      standard.values[t * cols + j] = (values[t * cols + j] - centers[j]) / scales[j];
    }
  }
  return { centers, scales, standard };
}

function gramOf({ rows, cols, values }: Matrix): Matrix {
  const gram = new Float64Array(cols * cols);
  for (let t = 0; t < rows; t++) {
    for (let i = 0; i < cols; i++) {
      for (let j = 0; j < cols; j++) {
        gram[i * cols + j] += values[t * cols + i] * values[t * cols + j];
      }
    }
  }
  return { rows: cols, cols, values: gram };
}

function withIntercept({ rows, cols, values }: Matrix): Matrix {
  const design = new Float64Array(rows * (cols + 1)).fill(1);
  for (let t = 0; t < rows; t++) {
    design.set(values.subarray(t * cols, (t + 1) * cols), t * (cols + 1) + 1);
  }
  return { rows, cols: cols + 1, values: design };
}

/** Builds (X'X)⁻¹ from the inverse G of the centered columns' gram: blocks 1/T + c'Gc, −Gc, G. */
function inverseGramOf(
  factor: Float64Array,
  centers: Float64Array,
  scales: Float64Array,
  count: number,
): Float64Array {
  const k = centers.length;
  const m = k + 1;
  const inverse = new Float64Array(m * m);
  inverse[0] = 1 / count;
  for (let j = 0; j < k; j++) {
    const unit = new Float64Array(k);
    unit[j] = 1;
    const column = choleskySolve(factor, unit);
    for (let i = 0; i < k; i++) {
      const entry = column[i] / (scales[i] * scales[j]);
      inverse[(i + 1) * m + j + 1] = entry;
      inverse[i + 1] -= entry * centers[j];
      inverse[(i + 1) * m] -= entry * centers[j];
      inverse[0] += entry * centers[i] * centers[j];
    }
  }
  return inverse;
}
