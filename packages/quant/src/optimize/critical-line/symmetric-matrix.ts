import { ownKernels } from "../../linalg/kernels/active-kernels.ts";
import type { KernelSet } from "../../linalg/kernels/kernel-set.ts";

const STRIDE_MIN = 32;
// Rows a power of 2 apart would share few lines of the cache, all of a column.
const OFF_PAGE = 8;
// From here on products are worth kernels in WebAssembly.
const LARGE_STRIDE = 128;
// Entries after the last that kernels touch.
const PADDING = 4;

/** A symmetric matrix that gains and loses lines; only its lower triangle is stored. */
export class SymmetricMatrix {
  size = 0;
  #stride = STRIDE_MIN;
  #kernels: KernelSet;
  /** Rows of the matrix, then room for x and a product. */
  #entries: Float64Array;

  constructor() {
    const { kernels, heap } = heapFor(this.#stride);
    this.#kernels = kernels;
    this.#entries = heap;
  }

  /** Computes the product with x. */
  multiply(x: Float64Array, product: Float64Array): void {
    const { size } = this;
    const at = this.#writeVector(x);
    const out = at + this.#stride + PADDING;
    this.#kernels.multiplySymmetric(0, this.#stride, size, at, out);
    for (let a = 0; a < size; a++) {
      product[a] = this.#entries[out + a];
    }
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
    const last = this.size - 1;
    this.#swapWithLast(line, last);
    this.#entries.fill(0, last * this.#stride, last * this.#stride + last + 1);
    this.size--;
  }

  /**
   * Adds factor·xx'.
   *
   * @param cancellation - How often a diagonal entry may go into its change.
   * @returns Whether the diagonal has kept its digits.
   */
  addOuter(x: Float64Array, factor: number, cancellation: number): boolean {
    const at = this.#writeVector(x);
    this.#kernels.addOuter(0, this.#stride, this.size, at, factor);
    for (let a = 0; a < this.size; a++) {
      const kept = this.#entries[a * this.#stride + a];
      if (Math.abs(factor * x[a] * x[a]) > cancellation * Math.abs(kept)) {
        return false;
      }
    }
    return true;
  }

  /** Copies x to the heap, with zeros after it. Returns where. */
  #writeVector(x: Float64Array): number {
    const entries = this.#entries;
    const { size } = this;
    const at = this.#stride * this.#stride;
    for (let a = 0; a < size; a++) {
      entries[at + a] = x[a];
    }
    entries.fill(0, at + size, at + size + PADDING);
    return at;
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
    const stride = 2 ** Math.ceil(Math.log2(size)) + OFF_PAGE;
    const { kernels, heap } = heapFor(stride);
    for (let a = 0; a < this.size && a < this.#stride; a++) {
      heap.set(this.#entries.subarray(a * this.#stride, a * this.#stride + a + 1), a * stride);
    }
    this.#kernels = kernels;
    this.#stride = stride;
    this.#entries = heap;
  }
}

function heapFor(stride: number) {
  return ownKernels(stride * stride + 2 * (stride + PADDING), stride >= LARGE_STRIDE);
}
