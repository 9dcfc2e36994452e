/**
 * Inverts a small square matrix by Gauss–Jordan elimination with row pivoting.
 *
 * @param matrix - Row-major, shape (n, n). It is not changed.
 * @returns The inverse, or nothing when a pivot vanishes beside the largest entry.
 */
export function smallInverse(matrix: Float64Array, n: number): Float64Array | undefined {
  const work = Float64Array.from(matrix);
  const inverse = new Float64Array(n * n);
  const largest = work.reduce((size, entry) => Math.max(size, Math.abs(entry)), 0);
  for (let i = 0; i < n; i++) {
    inverse[i * n + i] = 1;
  }
  for (let k = 0; k < n; k++) {
    let pivotRow = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(work[i * n + k]) > Math.abs(work[pivotRow * n + k])) {
        pivotRow = i;
      }
    }
    if (Math.abs(work[pivotRow * n + k]) <= 1e-12 * largest) {
      return undefined;
    }
    swapRows(work, n, k, pivotRow);
    swapRows(inverse, n, k, pivotRow);
    eliminateColumn(work, inverse, n, k);
  }
  return inverse;
}

function swapRows(matrix: Float64Array, n: number, i: number, j: number): void {
  if (i !== j) {
    const kept = matrix.slice(i * n, (i + 1) * n);
    matrix.copyWithin(i * n, j * n, (j + 1) * n);
    matrix.set(kept, j * n);
  }
}

function eliminateColumn(work: Float64Array, inverse: Float64Array, n: number, k: number): void {
  const pivot = work[k * n + k];
  for (let j = 0; j < n; j++) {
    work[k * n + j] /= pivot;
    inverse[k * n + j] /= pivot;
  }
  for (let i = 0; i < n; i++) {
    const factor = work[i * n + k];
    if (i === k || factor === 0) {
      continue;
    }
    for (let j = 0; j < n; j++) {
      work[i * n + j] -= factor * work[k * n + j];
      inverse[i * n + j] -= factor * inverse[k * n + j];
    }
  }
}
