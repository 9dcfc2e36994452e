import { ArgumentError } from "../errors.ts";
import { prepareKernels } from "./kernels/active-kernels.ts";
import type { Matrix } from "./matrix.ts";
import { copyScaled, diagonalOf, type SymmetricEigen, symmetricEigen } from "./symmetric-eigen.ts";
import { eigenvaluesOfTridiagonal } from "./tridiagonal-eigen.ts";
import { tridiagonalEigenvectors } from "./tridiagonal-eigenvectors.ts";

// Eigenvectors side by side in a panel.
const WIDTH = 8;
// Where more than one in this many is wanted, all of them are as fast: keeping vectors orthogonal
// costs 4n operations a pair of them.
const FEW = 6;

/**
 * Computes the largest eigenvalues of a symmetric matrix and their eigenvectors.
 *
 * The matrix is reduced to a tridiagonal one, which gives all eigenvalues; inverse iteration gives
 * the vectors asked for. Costs 4n³/3 operations and 2n² a vector.
 *
 * @param a - Symmetric matrix, shape (n, n), finite. Only its lower triangle is read.
 * @param count - How many, 0 … n.
 * @returns The largest eigenvalues in ascending order, and their vectors.
 * @throws {ArgumentError} The count is not an integer in 0 … n.
 */
export function largestEigenpairs(a: Matrix, count: number): SymmetricEigen {
  const n = a.rows;
  if (!(Number.isInteger(count) && count >= 0 && count <= n)) {
    throw new ArgumentError(`${count} eigenvalues of a matrix of ${n} rows`);
  }
  const few = FEW * count < n ? fewLargest(a, count) : undefined;
  if (few !== undefined) {
    return few;
  }
  const { values, vectors } = symmetricEigen(a);
  return {
    values: values.slice(n - count),
    vectors: { rows: count, cols: n, values: vectors.values.slice((n - count) * n) },
  };
}

function fewLargest(a: Matrix, count: number): SymmetricEigen | undefined {
  const n = a.rows;
  const offDiagonal = 2 * n * n;
  const panels = offDiagonal + 2 * n;
  const panelCount = Math.ceil(count / WIDTH);
  const { kernels, heap } = prepareKernels(panels + WIDTH * n * panelCount);
  const scale = copyScaled(a, heap);
  kernels.tridiagonalize(0, n, n * n, offDiagonal, offDiagonal + n);
  const d = diagonalOf(heap, n);
  const e = heap.slice(offDiagonal, offDiagonal + n);
  const all = d.slice();
  eigenvaluesOfTridiagonal(all, e.slice(), undefined);
  const values = all.sort().slice(n - count);
  const reduced = tridiagonalEigenvectors(d, e, values);
  if (reduced === undefined) {
    return undefined;
  }
  heap.fill(0, panels, panels + WIDTH * n * panelCount);
  const entryOf = (k: number, i: number) =>
    panels + Math.floor(k / WIDTH) * WIDTH * n + WIDTH * i + (k % WIDTH);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < n; i++) {
      heap[entryOf(k, i)] = reduced[k * n + i];
    }
  }
  kernels.applyReflectors(n * n, n, panels, panelCount);
  const vectors = new Float64Array(count * n);
  for (let k = 0; k < count; k++) {
    values[k] /= scale;
    for (let i = 0; i < n; i++) {
      vectors[k * n + i] = heap[entryOf(k, i)];
    }
  }
  return { values, vectors: { rows: count, cols: n, values: vectors } };
}
