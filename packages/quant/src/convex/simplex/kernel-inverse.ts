/**
 * The inverse of the square matrix M of a vertex: kinks that the vertex is on by variables that are
 * between their bounds. Changed by a row, a column or both at a time, in f² operations.
 */
export class KernelInverse {
  /** f. */
  size = 0;
  #stride: number;
  #values: Float64Array;
  #left: Float64Array;
  #right: Float64Array;

  constructor(capacity: number) {
    this.#stride = Math.max(capacity, 1);
    this.#values = new Float64Array(this.#stride * this.#stride);
    this.#left = new Float64Array(this.#stride);
    this.#right = new Float64Array(this.#stride);
  }

  /** Entry of variable a and kink b. */
  at(a: number, b: number): number {
    return this.#values[a * this.#stride + b];
  }

  /** M⁻¹·right, by kinks to by variables. */
  solve(right: Float64Array, out: Float64Array): void {
    const { size } = this;
    for (let a = 0; a < size; a++) {
      const start = a * this.#stride;
      let sum = 0;
      for (let b = 0; b < size; b++) {
        sum += this.#values[start + b] * right[b];
      }
      out[a] = sum;
    }
  }

  /** left'·M⁻¹, by variables to by kinks. */
  solveTransposed(left: Float64Array, out: Float64Array): void {
    const { size } = this;
    out.fill(0, 0, size);
    for (let a = 0; a < size; a++) {
      const factor = left[a];
      const start = a * this.#stride;
      for (let b = 0; factor !== 0 && b < size; b++) {
        out[b] += factor * this.#values[start + b];
      }
    }
  }

  /** Squared length of the edge along which each kink is left. */
  edgeLengths(out: Float64Array): void {
    const { size } = this;
    out.fill(0, 0, size);
    for (let a = 0; a < size; a++) {
      const start = a * this.#stride;
      for (let b = 0; b < size; b++) {
        const value = this.#values[start + b];
        out[b] += value * value;
      }
    }
  }

  /** Puts a row a of M in the place of row b. @returns Its pivot; nothing changes where it is tiny. */
  replaceRow(b: number, row: Float64Array, pivotMin: number): boolean {
    this.solveTransposed(row, this.#right);
    const pivot = this.#right[b];
    if (!(Math.abs(pivot) > pivotMin)) {
      return false;
    }
    this.#right[b] -= 1;
    for (let a = 0; a < this.size; a++) {
      this.#left[a] = this.at(a, b) / pivot;
    }
    this.#subtract();
    return true;
  }

  /** Puts a column of M in the place of column a. */
  replaceColumn(a: number, column: Float64Array, pivotMin: number): boolean {
    this.solve(column, this.#left);
    const pivot = this.#left[a];
    if (!(Math.abs(pivot) > pivotMin)) {
      return false;
    }
    this.#left[a] -= 1;
    for (let b = 0; b < this.size; b++) {
      this.#right[b] = this.at(a, b) / pivot;
    }
    this.#subtract();
    return true;
  }

  /** Adds a row, a column and their corner to M, as the last ones. */
  grow(row: Float64Array, column: Float64Array, corner: number, pivotMin: number): boolean {
    const { size } = this;
    this.#reserve(size + 1);
    this.solve(column, this.#left);
    this.solveTransposed(row, this.#right);
    let pivot = corner;
    for (let a = 0; a < size; a++) {
      pivot -= row[a] * this.#left[a];
    }
    if (!(Math.abs(pivot) > pivotMin)) {
      return false;
    }
    const last = size * this.#stride;
    for (let a = 0; a < size; a++) {
      const factor = this.#left[a] / pivot;
      const start = a * this.#stride;
      for (let b = 0; b < size; b++) {
        this.#values[start + b] += factor * this.#right[b];
      }
      this.#values[start + size] = -factor;
      this.#values[last + a] = -this.#right[a] / pivot;
    }
    this.#values[last + size] = 1 / pivot;
    this.size += 1;
    return true;
  }

  /** Takes column a and row b out of M; the last ones move into their places. */
  shrink(a: number, b: number, pivotMin: number): boolean {
    const pivot = this.at(a, b);
    if (!(Math.abs(pivot) > pivotMin)) {
      return false;
    }
    const { size } = this;
    for (let i = 0; i < size; i++) {
      this.#left[i] = this.at(i, b) / pivot;
      this.#right[i] = this.at(a, i);
    }
    this.#subtract();
    const last = size - 1;
    this.#values.copyWithin(a * this.#stride, last * this.#stride, last * this.#stride + size);
    for (let i = 0; i < last; i++) {
      this.#values[i * this.#stride + b] = this.#values[i * this.#stride + last];
    }
    this.size = last;
    return true;
  }

  /** Inverts M afresh, by elimination with row pivots. False where it is singular. */
  invert(matrix: Float64Array, size: number, pivotMin: number): boolean {
    this.#reserve(size);
    this.size = size;
    const inverse = this.#values;
    const stride = this.#stride;
    for (let i = 0; i < size; i++) {
      inverse.fill(0, i * stride, i * stride + size);
      inverse[i * stride + i] = 1;
    }
    for (let k = 0; k < size; k++) {
      const pivotRow = largestBelow(matrix, size, k);
      const pivot = matrix[pivotRow * size + k];
      if (!(Math.abs(pivot) > pivotMin)) {
        return false;
      }
      swapRows(matrix, { stride: size, count: size }, k, pivotRow);
      swapRows(inverse, { stride, count: size }, k, pivotRow);
      this.#eliminate(matrix, k, pivot);
    }
    return true;
  }

  #eliminate(matrix: Float64Array, k: number, pivot: number): void {
    const { size } = this;
    const stride = this.#stride;
    const inverse = this.#values;
    for (let j = 0; j < size; j++) {
      matrix[k * size + j] /= pivot;
      inverse[k * stride + j] /= pivot;
    }
    for (let i = 0; i < size; i++) {
      const factor = i === k ? 0 : matrix[i * size + k];
      if (factor === 0) {
        continue;
      }
      for (let j = k; j < size; j++) {
        matrix[i * size + j] -= factor * matrix[k * size + j];
      }
      for (let j = 0; j < size; j++) {
        inverse[i * stride + j] -= factor * inverse[k * stride + j];
      }
    }
  }

  /** Takes the product of the column on the left and the row on the right away. */
  #subtract(): void {
    const { size } = this;
    for (let a = 0; a < size; a++) {
      const factor = this.#left[a];
      const start = a * this.#stride;
      for (let b = 0; factor !== 0 && b < size; b++) {
        this.#values[start + b] -= factor * this.#right[b];
      }
    }
  }

  #reserve(size: number): void {
    if (size <= this.#stride) {
      return;
    }
    const stride = Math.max(2 * this.#stride, size);
    const values = new Float64Array(stride * stride);
    for (let a = 0; a < this.size; a++) {
      const start = a * this.#stride;
      values.set(this.#values.subarray(start, start + this.size), a * stride);
    }
    this.#values = values;
    this.#stride = stride;
    this.#left = new Float64Array(stride);
    this.#right = new Float64Array(stride);
  }
}

function largestBelow(matrix: Float64Array, size: number, k: number): number {
  let best = k;
  for (let i = k + 1; i < size; i++) {
    if (Math.abs(matrix[i * size + k]) > Math.abs(matrix[best * size + k])) {
      best = i;
    }
  }
  return best;
}

function swapRows(
  matrix: Float64Array,
  { stride, count }: { readonly stride: number; readonly count: number },
  i: number,
  k: number,
): void {
  for (let j = 0; i !== k && j < count; j++) {
    const value = matrix[i * stride + j];
    matrix[i * stride + j] = matrix[k * stride + j];
    matrix[k * stride + j] = value;
  }
}
