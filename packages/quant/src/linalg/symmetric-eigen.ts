import { prepareKernels } from "./kernels/active-kernels.ts";
import type { Matrix } from "./matrix.ts";
import { argsort } from "./order-statistics.ts";
import { eigenvaluesOfTridiagonal, type RotationSink } from "./tridiagonal-eigen.ts";

/** Eigenvalues in ascending order with their orthonormal eigenvectors. */
export interface SymmetricEigen {
  /** Length n. */
  readonly values: Float64Array;
  /** Shape (n, n); row k is the eigenvector of eigenvalue k. */
  readonly vectors: Matrix;
}

// Components of eigenvectors side by side in a panel.
const WIDTH = 8;
// Rotations kept before they are applied: they stay in the second-level cache.
const ROTATION_ROOM = 16_384;
// 2 to this power is as far as one multiplication scales.
const EXPONENT_MAX = 1000;

/**
 * Computes the eigenvalues of a symmetric matrix in ascending order.
 *
 * Householder reduction to tridiagonal form, then the implicit QL method. Errors are a few
 * ε‖A‖: a zero eigenvalue may come out as ±1e-16 of the largest.
 *
 * @param a - Symmetric matrix, shape (n, n), finite. Only its lower triangle is read.
 * @see Golub & Van Loan (2013), "Matrix Computations", 4th ed., sections 8.3.1 and 8.3.3
 */
export function symmetricEigenvalues(a: Matrix): Float64Array {
  const n = a.rows;
  const { kernels, heap } = prepareKernels(2 * n * n + 2 * n);
  const scale = copyScaled(a, heap);
  const offDiagonal = 2 * n * n;
  kernels.tridiagonalize(0, n, n * n, offDiagonal, offDiagonal + n);
  const diagonal = diagonalOf(heap, n);
  eigenvaluesOfTridiagonal(diagonal, heap.slice(offDiagonal, offDiagonal + n), undefined);
  for (let k = 0; k < n; k++) {
    diagonal[k] /= scale;
  }
  return diagonal.sort();
}

/**
 * Computes the eigenvalues and eigenvectors of a symmetric matrix.
 *
 * @param a - Symmetric matrix, shape (n, n), finite. Only its lower triangle is read.
 * @see symmetricEigenvalues
 */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  const n = a.rows;
  const panelCount = Math.ceil(n / WIDTH);
  const panelsLength = WIDTH * n * panelCount;
  // The rows of Q' take the place of the matrix.
  const reflectors = panelsLength;
  const columns = reflectors + n * n;
  const offDiagonal = columns + panelsLength;
  const sweeps = offDiagonal + 2 * n;
  const room = Math.max(ROTATION_ROOM, 2 * n + 2);
  const { kernels, heap } = prepareKernels(sweeps + room);
  const scale = copyScaled(a, heap);
  kernels.tridiagonalize(0, n, reflectors, offDiagonal, offDiagonal + n);
  const diagonal = diagonalOf(heap, n);
  kernels.accumulateReflectors(reflectors, n, columns, panelCount);
  transposePanels(heap, columns, 0, n);
  const rotations: RotationSink = {
    buffer: heap.subarray(sweeps, sweeps + room),
    flush: (length) => kernels.rotatePanels(0, n, panelCount, sweeps, sweeps + length),
  };
  eigenvaluesOfTridiagonal(diagonal, heap.slice(offDiagonal, offDiagonal + n), rotations);
  return sortedEigen(heap, diagonal, scale);
}

/**
 * Copies a matrix, shape (n, n), to the start of the heap, its largest entry between ½ and 1.
 *
 * @returns The power of 2 by which it was multiplied, so that no square overflows or vanishes.
 */
export function copyScaled(a: Matrix, heap: Float64Array): number {
  const { rows: n, values } = a;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      largest = Math.max(largest, Math.abs(values[i * n + j]));
    }
  }
  const exponent = largest > 0 ? -Math.ceil(Math.log2(largest)) : 0;
  const scale = 2 ** Math.max(-EXPONENT_MAX, Math.min(EXPONENT_MAX, exponent));
  for (let k = 0; k < n * n; k++) {
    heap[k] = values[k] * scale;
  }
  return scale;
}

/** Reads the diagonal of the n × n matrix at the start of the heap. */
export function diagonalOf(heap: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, k) => heap[k * n + k]);
}

/** Turns panels of eight columns into panels of eight rows of the transposed matrix. */
function transposePanels(heap: Float64Array, from: number, to: number, n: number): void {
  const panelLength = WIDTH * n;
  for (let i = 0; i < n; i++) {
    const source = from + Math.floor(i / WIDTH) * panelLength + (i % WIDTH);
    for (let j = 0; j < n; j++) {
      const target = to + (j >> 3) * panelLength + WIDTH * i + (j & 7);
      heap[target] = heap[source + WIDTH * j];
    }
  }
}

function sortedEigen(heap: Float64Array, diagonal: Float64Array, scale: number): SymmetricEigen {
  const n = diagonal.length;
  const order = new Uint32Array(n);
  argsort(diagonal, order);
  const values = new Float64Array(n);
  const vectors = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const source = order[k];
    values[k] = diagonal[source] / scale;
    for (let j = 0; j < n; j++) {
      vectors[k * n + j] = heap[(j >> 3) * WIDTH * n + WIDTH * source + (j & 7)];
    }
  }
  return { values, vectors: { rows: n, cols: n, values: vectors } };
}
