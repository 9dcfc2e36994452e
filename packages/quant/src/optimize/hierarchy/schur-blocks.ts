import { choleskyFactor } from "../../linalg/cholesky.ts";
import { solveCholeskyMany } from "../../linalg/kernels.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { multiplyMatrices } from "../../linalg/matrix-product.ts";
import { smallInverse } from "../../linalg/small-inverse.ts";

/** Takes the rows and columns of some assets out of a matrix. */
export function blockOf(
  { cols: n, values }: Matrix,
  rows: readonly number[],
  columns: readonly number[],
): Matrix {
  const width = columns.length;
  const block = new Float64Array(rows.length * width);
  for (let a = 0; a < rows.length; a++) {
    for (let b = 0; b < width; b++) {
      block[a * width + b] = values[rows[a] * n + columns[b]];
    }
  }
  return { rows: rows.length, cols: width, values: block };
}

/** Puts a block back where the rows and columns of some assets cross. */
export function putBlock(
  { cols: n, values }: Matrix,
  cluster: readonly number[],
  block: Matrix,
): void {
  for (let a = 0; a < cluster.length; a++) {
    for (let b = 0; b < cluster.length; b++) {
      values[cluster[a] * n + cluster[b]] = block.values[a * cluster.length + b];
    }
  }
}

/** The covariances of two halves, each seen next to the other. */
interface AugmentedBlocks {
  readonly first: Matrix;
  readonly second: Matrix;
}

/**
 * Augments the covariances of two halves by how the other half hedges them.
 *
 * @param gamma - Over 0, at most 1.
 * @returns Nothing where one of them is not positive definite.
 */
export function augmentBlocks(
  covariance: Matrix,
  first: readonly number[],
  second: readonly number[],
  gamma: number,
): AugmentedBlocks | undefined {
  const a = blockOf(covariance, first, first);
  const d = blockOf(covariance, second, second);
  const one = augment(a, blockOf(covariance, first, second), d, gamma);
  const other = augment(d, blockOf(covariance, second, first), a, gamma);
  return one === undefined || other === undefined ? undefined : { first: one, second: other };
}

/** (I − γBD⁻¹M')⁻¹(A − γBD⁻¹B'), made symmetric. */
function augment(a: Matrix, b: Matrix, d: Matrix, gamma: number): Matrix | undefined {
  const n = a.rows;
  const factor = choleskyFactor(d);
  if (factor === undefined) {
    return;
  }
  const solved = transpose(b);
  solveCholeskyMany(factor, d.rows, solved.values, n);
  const hedge = transpose(solved);
  const hedged = multiplyMatrices(hedge, transpose(b));
  const stepped = multiplyMatrices(hedge, transpose(stepMatrix(n, d.rows)));
  const residual = a.values.map((value, k) => value - gamma * hedged.values[k]);
  const step = stepped.values.map((value, k) => (k % (n + 1) === 0 ? 1 : 0) - gamma * value);
  const inverse = smallInverse(step, n);
  if (inverse === undefined) {
    return;
  }
  const product = multiplyMatrices(
    { rows: n, cols: n, values: inverse },
    { rows: n, cols: n, values: residual },
  );
  const augmented = { rows: n, cols: n, values: symmetricPart(product) };
  return choleskyFactor(augmented) === undefined ? undefined : augmented;
}

function transpose({ rows, cols, values }: Matrix): Matrix {
  const transposed = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      transposed[j * rows + i] = values[i * cols + j];
    }
  }
  return { rows: cols, cols: rows, values: transposed };
}

function symmetricPart({ rows: n, values }: Matrix): Float64Array {
  return values.map((value, k) => (value + values[(k % n) * n + Math.floor(k / n)]) / 2);
}

/** M, shape (rows, cols), of row sums 1 where the shape differs by one at most. */
function stepMatrix(rows: number, cols: number): Matrix {
  if (rows < cols) {
    const { values } = transpose(stepMatrix(cols, rows));
    return { rows, cols, values: values.map((value) => (value * rows) / cols) };
  }
  const isSquare = rows === cols;
  const values = new Float64Array(rows * cols).fill(isSquare ? 0 : 1 / (rows * cols));
  for (let j = 0; j < cols; j++) {
    values[j * cols + j] += isSquare ? 1 : (rows - 1 - j) / rows;
    if (!isSquare) {
      values[(j + 1) * cols + j] += (j + 1) / rows;
    }
  }
  return { rows, cols, values };
}
