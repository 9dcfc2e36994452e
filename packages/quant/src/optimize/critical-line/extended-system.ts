import { DoubleDoubles, solveDoubleDoubles } from "../../linalg/double-double.ts";
import type { ConstraintSystem } from "../constraints.ts";
import { AT_LOWER, AT_UPPER } from "./path-state.ts";
import type { ScaledProblem } from "./scaled-problem.ts";

/** What the optimality system is made of, in units in which its numbers are about 1. */
export interface ExtendedProblem extends Pick<ScaledProblem, "assetCount" | "rowCount" | "mean"> {
  /** Row-major, shape (n, n), symmetric. */
  readonly covariance: Float64Array;
  readonly system: Pick<
    ConstraintSystem,
    "lower" | "upper" | "coefficients" | "rowLower" | "rowUpper"
  >;
}

/**
 * The optimality system of one working set in arithmetic of 31 digits.
 *
 * Over the values of λ for which the working set is optimal, weights and multipliers are
 * `constant + λ·slope`. Signs are those of `PathState`: Σw − λm + A'ν = z.
 */
export class ExtendedSystem {
  readonly problem: ExtendedProblem;
  /** The bound that holds each asset and each active row, length n + m; 0 for the others. */
  readonly side: Int8Array;
  /** What is added to the objective m, to lower limits (taken off) and to upper limits. */
  readonly tilt: Float64Array;
  readonly lowerShift: Float64Array;
  readonly upperShift: Float64Array;
  /** Weights, then sums of the rows, length n + m. */
  readonly values: readonly [DoubleDoubles, DoubleDoubles];
  /** z of assets, then ν of rows, length n + m. */
  readonly multipliers: readonly [DoubleDoubles, DoubleDoubles];
  readonly #ridge: Float64Array;

  /** @param ridge - Variance added to each asset, length n. */
  constructor(problem: ExtendedProblem, side: Int8Array, ridge: Float64Array) {
    const { assetCount: n, rowCount: m } = problem;
    this.problem = problem;
    this.side = side;
    this.tilt = new Float64Array(n);
    this.lowerShift = new Float64Array(n + m);
    this.upperShift = new Float64Array(n + m);
    this.values = [new DoubleDoubles(n + m), new DoubleDoubles(n + m)];
    this.multipliers = [new DoubleDoubles(n + m), new DoubleDoubles(n + m)];
    this.#ridge = ridge;
  }

  /** Says whether the limits of an item are one, so that it must be held. */
  isEquality(item: number): boolean {
    return this.#limit(item, AT_LOWER) === this.#limit(item, AT_UPPER);
  }

  #limit(item: number, side: number): number {
    const { assetCount: n, system } = this.problem;
    if (item < n) {
      return side < 0 ? system.lower[item] : system.upper[item];
    }
    return side < 0 ? system.rowLower[item - n] : system.rowUpper[item - n];
  }

  /** Writes how far the value of an item is from a limit, as `constant + λ·slope`. */
  writeRoom(item: number, side: number, room: DoubleDoubles): void {
    const limit = this.#limit(item, side);
    for (const part of [0, 1] as const) {
      const { high, low } = this.values[part];
      room.set(part, -side * high[item], -side * low[item]);
    }
    if (Number.isFinite(limit)) {
      const shift = side < 0 ? this.lowerShift[item] : this.upperShift[item];
      room.add(0, side * limit, shift);
    } else {
      room.high.fill(Number.POSITIVE_INFINITY);
    }
  }

  /** Writes how far the multiplier of a held item is from changing sign, likewise. */
  writePrice(item: number, price: DoubleDoubles): void {
    const sign = item < this.problem.assetCount ? -this.side[item] : this.side[item];
    for (const part of [0, 1] as const) {
      const { high, low } = this.multipliers[part];
      price.set(part, sign * high[item], sign * low[item]);
    }
  }

  /** Solves for the present working set. Says whether it determines the weights. */
  solve(): boolean {
    const { assetCount: n } = this.problem;
    const lines = [...this.side.keys()].filter((item) =>
      item < n ? this.side[item] === 0 : this.side[item] !== 0,
    );
    const size = lines.length;
    const matrix = new DoubleDoubles(size * size);
    const sides = [new DoubleDoubles(size), new DoubleDoubles(size)] as const;
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        this.#setEntry(matrix, a * size + b, lines[a], lines[b]);
      }
      this.#setSide(sides, a, lines[a]);
    }
    if (!solveDoubleDoubles(matrix, size, sides)) {
      return false;
    }
    for (const part of [0, 1] as const) {
      this.#spread(part, lines, sides[part]);
    }
    return true;
  }

  #setEntry(matrix: DoubleDoubles, at: number, item: number, other: number): void {
    const { assetCount: n, covariance, system } = this.problem;
    if (item < n && other < n) {
      matrix.set(at, covariance[item * n + other], item === other ? this.#ridge[item] : 0);
    } else if (item < n || other < n) {
      const [row, asset] = item < n ? [other, item] : [item, other];
      matrix.set(at, system.coefficients[(row - n) * n + asset]);
    }
  }

  #setSide(sides: readonly [DoubleDoubles, DoubleDoubles], a: number, item: number): void {
    const { assetCount: n, covariance, mean, system } = this.problem;
    const row = item < n ? covariance : system.coefficients;
    const start = (item < n ? item : item - n) * n;
    if (item < n) {
      sides[1].set(a, mean[item], this.tilt[item]);
    } else {
      this.#addLimit(sides[0], a, item, 1);
    }
    for (let j = 0; j < n; j++) {
      if (this.side[j] !== 0) {
        this.#addLimit(sides[0], a, j, -row[start + j]);
      }
    }
  }

  /** Adds a multiple of the limit that holds an item. */
  #addLimit(sum: DoubleDoubles, at: number, item: number, factor: number): void {
    const side = this.side[item];
    const shift = side < 0 ? -this.lowerShift[item] : this.upperShift[item];
    sum.addProduct(at, factor, this.#limit(item, side), shift);
  }

  /** Spreads a solution over all items, and computes what follows from it. */
  #spread(part: 0 | 1, lines: readonly number[], solution: DoubleDoubles): void {
    const { assetCount: n, rowCount: m } = this.problem;
    const values = this.values[part];
    const multipliers = this.multipliers[part];
    for (let item = 0; item < n + m; item++) {
      values.set(item, 0);
      multipliers.set(item, 0);
      if (part === 0 && item < n && this.side[item] !== 0) {
        this.#addLimit(values, item, item, 1);
      }
    }
    for (const [a, item] of lines.entries()) {
      const solved = item < n ? values : multipliers;
      solved.set(item, solution.high[a], solution.low[a]);
    }
    for (let i = 0; i < n; i++) {
      this.#addToRows(values, i);
      if (this.side[i] !== 0) {
        this.#addGradient(part, i);
      }
    }
  }

  #addToRows(values: DoubleDoubles, asset: number): void {
    const { assetCount: n, rowCount: m, system } = this.problem;
    for (let r = 0; r < m; r++) {
      const entry = system.coefficients[r * n + asset];
      values.addProduct(n + r, entry, values.high[asset], values.low[asset]);
    }
  }

  /** Adds up the gradient Σw − λm + A'ν of a held asset, which is its multiplier. */
  #addGradient(part: 0 | 1, asset: number): void {
    const { assetCount: n, rowCount: m, covariance, mean, system } = this.problem;
    const values = this.values[part];
    const sum = this.multipliers[part];
    for (let j = 0; j < n; j++) {
      sum.addProduct(asset, covariance[asset * n + j], values.high[j], values.low[j]);
    }
    sum.addProduct(asset, this.#ridge[asset], values.high[asset], values.low[asset]);
    if (part === 1) {
      sum.add(asset, -mean[asset], -this.tilt[asset]);
    }
    for (let r = 0; r < m; r++) {
      const entry = system.coefficients[r * n + asset];
      sum.addProduct(asset, entry, sum.high[n + r], sum.low[n + r]);
    }
  }
}
