/** A symmetric matrix that gains and loses lines; only its lower triangle is stored. */
export class SymmetricMatrix {
  size = 0;
  #stride = 32;
  #entries = new Float64Array(32 * 32);

  /** Computes the product with x. */
  multiply(x: Float64Array, product: Float64Array): void {
    const entries = this.#entries;
    const size = this.size;
    let a = 0;
    for (; a + 3 < size; a += 4) {
      this.#multiplyFour(a, x, product);
    }
    for (; a + 1 < size; a += 2) {
      // Two rows at a time: each x and product entry is loaded once for both.
      const upper = a * this.#stride;
      const lower = upper + this.#stride;
      const x0 = x[a];
      const x1 = x[a + 1];
      let sum0 = 0;
      let sum1 = 0;
      for (let b = 0; b < a; b++) {
        const p0 = entries[upper + b];
        const p1 = entries[lower + b];
        sum0 += p0 * x[b];
        sum1 += p1 * x[b];
        product[b] += p0 * x0 + p1 * x1;
      }
      const cross = entries[lower + a];
      product[a] = sum0 + entries[upper + a] * x0 + cross * x1;
      product[a + 1] = sum1 + cross * x0 + entries[lower + a + 1] * x1;
    }
    if (a < size) {
      const row = a * this.#stride;
      let sum = entries[row + a] * x[a];
      for (let b = 0; b < a; b++) {
        sum += entries[row + b] * x[b];
        product[b] += entries[row + b] * x[a];
      }
      product[a] = sum;
    }
  }

  /** Does the part of a product of four rows and their mirror images, x and product loaded once. */
  #multiplyFour(a: number, x: Float64Array, product: Float64Array): void {
    const entries = this.#entries;
    const stride = this.#stride;
    const r0 = a * stride;
    const [r1, r2, r3] = [r0 + stride, r0 + 2 * stride, r0 + 3 * stride];
    const [x0, x1, x2, x3] = [x[a], x[a + 1], x[a + 2], x[a + 3]];
    let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
    for (let b = 0; b < a; b++) {
      const p0 = entries[r0 + b];
      const p1 = entries[r1 + b];
      const p2 = entries[r2 + b];
      const p3 = entries[r3 + b];
      const xb = x[b];
      sum0 += p0 * xb;
      sum1 += p1 * xb;
      sum2 += p2 * xb;
      sum3 += p3 * xb;
      product[b] += p0 * x0 + p1 * x1 + (p2 * x2 + p3 * x3);
    }
    const [c10, c20, c30] = [entries[r1 + a], entries[r2 + a], entries[r3 + a]];
    const [c21, c31, c32] = [entries[r2 + a + 1], entries[r3 + a + 1], entries[r3 + a + 2]];
    product[a] = sum0 + entries[r0 + a] * x0 + c10 * x1 + c20 * x2 + c30 * x3;
    product[a + 1] = sum1 + c10 * x0 + entries[r1 + a + 1] * x1 + c21 * x2 + c31 * x3;
    product[a + 2] = sum2 + c20 * x0 + c21 * x1 + entries[r2 + a + 2] * x2 + c32 * x3;
    product[a + 3] = sum3 + c30 * x0 + c31 * x1 + c32 * x2 + entries[r3 + a + 3] * x3;
  }

  /** Copies a column. */
  column(line: number, copy: Float64Array): void {
    const stride = this.#stride;
    for (let a = 0; a < this.size; a++) {
      copy[a] = this.#entries[a < line ? line * stride + a : a * stride + line];
    }
  }

  /** Sets an entry on or below the diagonal. */
  set(row: number, column: number, entry: number): void {
    this.#entries[row * this.#stride + column] = entry;
  }

  /** Makes all entries 0, of the given size. */
  reset(size: number): void {
    this.size = size;
    this.#reserve(size);
    for (let a = 0; a < size; a++) {
      this.#entries.fill(0, a * this.#stride, a * this.#stride + a + 1);
    }
  }

  /** Appends a line and its diagonal entry. */
  appendLine(line: Float64Array, diagonal: number): void {
    this.#reserve(this.size + 1);
    const last = this.size * this.#stride;
    for (let a = 0; a < this.size; a++) {
      this.#entries[last + a] = line[a];
    }
    this.#entries[last + this.size] = diagonal;
    this.size++;
  }

  /** Drops a line; the last one takes its place. */
  dropLine(line: number): void {
    this.#swapWithLast(line, this.size - 1);
    this.size--;
  }

  /**
   * Adds factor·xx'.
   *
   * @param cancellation - How often a diagonal entry may go into its change.
   * @returns Whether the diagonal has kept its digits.
   */
  addOuter(x: Float64Array, factor: number, cancellation: number): boolean {
    this.#addMultiple(x, factor);
    for (let a = 0; a < this.size; a++) {
      const kept = this.#entries[a * this.#stride + a];
      if (Math.abs(factor * x[a] * x[a]) > cancellation * Math.abs(kept)) {
        return false;
      }
    }
    return true;
  }

  #addMultiple(x: Float64Array, factor: number): void {
    const entries = this.#entries;
    const stride = this.#stride;
    const size = this.size;
    for (let a = 0; a < size; a += 2) {
      // Two rows at a time: each x entry is loaded once for both.
      const row = a * stride;
      const scaled0 = x[a] * factor;
      if (a + 1 === size) {
        for (let b = 0; b <= a; b++) {
          entries[row + b] += scaled0 * x[b];
        }
        return;
      }
      const scaled1 = x[a + 1] * factor;
      for (let b = 0; b <= a; b++) {
        entries[row + b] += scaled0 * x[b];
        entries[row + stride + b] += scaled1 * x[b];
      }
      entries[row + stride + a + 1] += scaled1 * x[a + 1];
    }
  }

  #swapWithLast(line: number, last: number): void {
    if (line === last) {
      return;
    }
    const entries = this.#entries;
    const stride = this.#stride;
    const exchange = (i: number, j: number) => {
      const kept = entries[i];
      entries[i] = entries[j];
      entries[j] = kept;
    };
    for (let a = 0; a < line; a++) {
      exchange(line * stride + a, last * stride + a);
    }
    for (let a = line + 1; a < last; a++) {
      exchange(a * stride + line, last * stride + a);
    }
    exchange(line * stride + line, last * stride + last);
  }

  #reserve(size: number): void {
    if (size <= this.#stride) {
      return;
    }
    const stride = Math.max(size, 2 * this.#stride);
    const entries = new Float64Array(stride * stride);
    for (let a = 0; a < this.size && a < this.#stride; a++) {
      const row = this.#entries.subarray(a * this.#stride, a * this.#stride + a + 1);
      entries.set(row, a * stride);
    }
    this.#stride = stride;
    this.#entries = entries;
  }
}
