import { ArgumentError } from "../errors.ts";
import { historicalMean } from "../expected-returns/historical-mean.ts";
import { packedGram, sumOfGrams } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { requireObservations } from "./observations.ts";

// A window spans about as many blocks: fewer leave more days at its ends, more are more to add up.
const BLOCKS_PER_WINDOW = 8;
const BLOCK_ROWS_MIN = 16;

/** What is estimated from the days of one window. */
export interface WindowEstimates {
  /** Means per period, length n. */
  readonly means: Float64Array;
  /** Unbiased sample covariance per period, shape (n, n). */
  readonly covariance: Matrix;
}

/** Days whose numbers are a multiple of the block's length, up to the next one. */
interface Block {
  readonly means: Float64Array;
  /** Σ (x − m)(x − m)' about the means of the block, as `packedGram` packs it. */
  readonly products: Float64Array;
}

/**
 * Estimates means and the sample covariance of windows that slide over one history.
 *
 * The history is cut into blocks of days. Each has its sums of products about its own means, which
 * windows that overlap share; a window adds up those of its blocks, what sets their means apart, and the
 * days at its ends. Nothing is ever taken away. An estimate depends on the rows of its window alone, to
 * the bit, and not on which windows were asked for before. Entry (i, j) is that of `sampleCovariance` to
 * 1e-13 of √(Σᵢᵢ Σⱼⱼ).
 *
 * @see Chan, Golub & LeVeque (1983), "Algorithms for Computing the Sample Variance: Analysis and
 *   Recommendations", eq. 2.1, doi:10.1080/00031305.1983.10483115
 */
export class SlidingCovariance {
  readonly #returns: Matrix;
  /** By number, those of the window before. */
  readonly #blocks = new Map<number, Block>();
  #blockRows = 0;

  /**
   * @param returns - Returns of the whole history, one row per period, shape (T, n).
   * @throws {ArgumentError} There are fewer than two rows, or a return is not finite.
   */
  constructor(returns: Matrix) {
    this.#returns = requireObservations(returns, 2);
  }

  /**
   * Estimates from rows start … end − 1. Cheap where many are those of the call before.
   *
   * @throws {ArgumentError} The history does not have these rows, or they are fewer than two.
   */
  over(start: number, end: number): WindowEstimates {
    const isWhole = Number.isInteger(start) && Number.isInteger(end);
    if (!(isWhole && start >= 0 && end - start >= 2 && end <= this.#returns.rows)) {
      throw new ArgumentError(
        `window is ${start} to ${end}, not two rows or more of ${this.#returns.rows}`,
      );
    }
    const length = blockRowsOf(end - start);
    const first = Math.ceil(start / length);
    const blocks = this.#blocksBetween(first, Math.floor(end / length), length);
    const head = blocks.length > 0 ? first * length : end;
    const ends = [this.#rows(start, head), this.#rows(head + blocks.length * length, end)];
    const means = meansOf(blocks, length, ends);
    const products = blocks.map((block) => block.products);
    const apart = differences(blocks, length, ends, means);
    return { means, covariance: sumOfGrams(products, apart, end - start - 1) };
  }

  /** Takes blocks first … end − 1, and forgets all others. */
  #blocksBetween(first: number, end: number, length: number): Block[] {
    for (const number of this.#blocks.keys()) {
      if (length !== this.#blockRows || number < first || number >= end) {
        this.#blocks.delete(number);
      }
    }
    this.#blockRows = length;
    const blocks: Block[] = [];
    for (let number = first; number < end; number++) {
      const block = this.#blocks.get(number) ?? this.#blockAt(number, length);
      this.#blocks.set(number, block);
      blocks.push(block);
    }
    return blocks;
  }

  #blockAt(number: number, length: number): Block {
    const rows = this.#rows(number * length, (number + 1) * length);
    const means = historicalMean(rows);
    return { means, products: packedGram(rows, means) };
  }

  #rows(start: number, end: number): Matrix {
    const { cols, values } = this.#returns;
    const rows = Math.max(0, end - start);
    return { rows, cols, values: values.subarray(start * cols, (start + rows) * cols) };
  }
}

/** A power of two, so that windows that grow keep their blocks for long. */
function blockRowsOf(windowRows: number): number {
  return Math.max(BLOCK_ROWS_MIN, 2 ** Math.round(Math.log2(windowRows / BLOCKS_PER_WINDOW)));
}

/** The means over blocks of one length and the rows at both ends. */
function meansOf(blocks: readonly Block[], length: number, ends: readonly Matrix[]): Float64Array {
  const sums = new Float64Array(ends[0].cols);
  let count = blocks.length * length;
  for (const { means } of blocks) {
    for (let j = 0; j < sums.length; j++) {
      sums[j] += length * means[j];
    }
  }
  for (const { rows, values } of ends) {
    count += rows;
    for (let t = 0; t < rows; t++) {
      for (let j = 0; j < sums.length; j++) {
        sums[j] += values[t * sums.length + j];
      }
    }
  }
  return sums.map((sum) => sum / count);
}

/** Rows whose products are those that blocks lack: days at the ends, and √length times each block's means, less the means. */
function differences(
  blocks: readonly Block[],
  length: number,
  ends: readonly Matrix[],
  means: Float64Array,
): Matrix {
  const n = means.length;
  const rows = blocks.length + ends[0].rows + ends[1].rows;
  const values = new Float64Array(rows * n);
  const root = Math.sqrt(length);
  let at = 0;
  for (const block of blocks) {
    for (let j = 0; j < n; j++) {
      values[at++] = root * (block.means[j] - means[j]);
    }
  }
  for (const end of ends) {
    for (let t = 0; t < end.rows; t++) {
      for (let j = 0; j < n; j++) {
        values[at++] = end.values[t * n + j] - means[j];
      }
    }
  }
  return { rows, cols: n, values };
}
