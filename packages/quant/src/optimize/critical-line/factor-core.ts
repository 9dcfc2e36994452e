import { RoundingError } from "../../errors.ts";
import { smallInverse } from "../../linalg/small-inverse.ts";
import { uniformSource } from "../../random/splitmix.ts";
import type { FactorCovariance } from "./factor-covariance.ts";
import type { ScaledProblem } from "./scaled-problem.ts";
import { SymmetricInverse } from "./symmetric-inverse.ts";
import { SymmetricMatrix } from "./symmetric-matrix.ts";

const PROBE_SEED = 6;
const TOO_FEW_DIGITS = "the factors leave too few digits of a nearly singular working set";

// What of a product with the core its inverse may miss, beside the terms, before it is computed afresh,
// and what may be left then.
const DRIFT_TOLERANCE = 1e-12;
const ERROR_TOLERANCE = 1e-9;
// By how much the error of a fresh inverse may grow.
const DRIFT_GROWTH = 100;
// A diagonal entry that is this much smaller than its change is summed up afresh.
const CANCELLATION = 1e3;

/**
 * The core that is left of an optimality system once assets with variance of their own are
 * eliminated (`FactorKkt`): a line for each factor, then lines of items. Kept with its inverse.
 */
export class FactorCore {
  readonly #problem: ScaledProblem;
  readonly #covariance: FactorCovariance;
  readonly #matrix = new SymmetricMatrix();
  readonly #inverse = new SymmetricInverse();
  /** Item of each line after the factors, and line of each item, or -1. */
  readonly #items: Int32Array;
  readonly #lines: Int32Array;
  readonly #probe: Float64Array;
  /** What a product may miss before the inverse is computed afresh. */
  #driftMax = DRIFT_TOLERANCE;
  readonly #solved: Float64Array;
  readonly #product: Float64Array;

  constructor(problem: ScaledProblem, covariance: FactorCovariance) {
    const itemCount = problem.assetCount + problem.rowCount;
    const sizeMax = covariance.factorCount + itemCount;
    const uniform = uniformSource(PROBE_SEED);
    this.#problem = problem;
    this.#covariance = covariance;
    this.#items = new Int32Array(sizeMax);
    this.#lines = new Int32Array(itemCount).fill(-1);
    this.#probe = Float64Array.from({ length: sizeMax }, () => uniform() - 0.5);
    this.#solved = new Float64Array(sizeMax);
    this.#product = new Float64Array(sizeMax);
  }

  get size(): number {
    return this.#matrix.size;
  }

  /** Line of an item, or -1. */
  lineOf(item: number): number {
    return this.#lines[item];
  }

  /** Solves the core for a right-hand side. */
  solve(target: Float64Array, solution: Float64Array): void {
    this.#inverse.multiply(target, solution);
  }

  /**
   * Appends an item with its line.
   *
   * @param complement - Its Schur complement in the core.
   */
  append(item: number, line: Float64Array, diagonal: number, complement: number): void {
    this.#items[this.size] = item;
    this.#lines[item] = this.size;
    this.#inverse.multiply(line, this.#solved);
    this.#inverse.append(this.#solved, complement);
    this.#matrix.appendLine(line, diagonal);
  }

  /** Strikes an item out. */
  remove(item: number): void {
    const line = this.#lines[item];
    const last = this.#items[this.size - 1];
    this.#inverse.column(line, this.#solved);
    this.#inverse.remove(line, this.#solved);
    this.#matrix.dropLine(line);
    this.#items[line] = last;
    this.#lines[last] = line;
    this.#lines[item] = -1;
  }

  /**
   * Adds line·line'/variance, or takes it off where the variance is negative.
   *
   * @param complement - variance + line'·core⁻¹·line.
   * @returns Whether the core has kept its digits.
   */
  change(line: Float64Array, variance: number, complement: number): boolean {
    this.#inverse.multiply(line, this.#solved);
    this.#inverse.change(this.#solved, -1 / complement);
    return this.#matrix.addOuter(line, 1 / variance, CANCELLATION);
  }

  /** Adds a multiple of an asset's loadings and coefficients (g; a_R; 0). */
  addAsset(asset: number, factor: number, line: Float64Array): void {
    const { assetCount: n, system } = this.#problem;
    const { loadings, factorCount: k } = this.#covariance;
    const start = asset * k;
    for (let f = 0; f < k; f++) {
      line[f] += factor * loadings[start + f];
    }
    for (let c = k; c < this.size; c++) {
      const row = this.#items[c] - n;
      if (row >= 0) {
        line[c] += factor * system.coefficients[row * n + asset];
      }
    }
  }

  /** Computes (g; a_R; 0)'x. */
  assetProduct(asset: number, x: Float64Array): number {
    const { assetCount: n, system } = this.#problem;
    const { loadings, factorCount: k } = this.#covariance;
    const start = asset * k;
    let sum = 0;
    for (let f = 0; f < k; f++) {
      sum += loadings[start + f] * x[f];
    }
    for (let c = k; c < this.size; c++) {
      const row = this.#items[c] - n;
      if (row >= 0) {
        sum += system.coefficients[row * n + asset] * x[c];
      }
    }
    return sum;
  }

  /**
   * Sums the core up afresh.
   *
   * @param assets - Those that are free.
   * @param items - Items with a line in the core.
   * @throws {RoundingError} The core is singular.
   */
  restart(assets: readonly number[], items: readonly number[]): void {
    const { specificVariances, factorCount: k } = this.#covariance;
    this.#lines.fill(-1);
    this.#matrix.reset(k + items.length);
    for (const [c, item] of items.entries()) {
      this.#items[k + c] = item;
      this.#lines[item] = k + c;
    }
    for (let f = 0; f < k; f++) {
      this.#matrix.set(f, f, 1);
    }
    const line = this.#product;
    for (const asset of assets) {
      line.fill(0, 0, this.size);
      this.addAsset(asset, 1, line);
      const own = this.#lines[asset];
      if (own < 0) {
        this.#matrix.addOuter(line, 1 / specificVariances[asset], 1);
        continue;
      }
      for (let c = 0; c < this.size; c++) {
        if (line[c] !== 0) {
          this.#matrix.set(Math.max(own, c), Math.min(own, c), -line[c]);
        }
      }
      this.#matrix.set(own, own, -specificVariances[asset]);
    }
    this.#invert();
  }

  /**
   * Makes sure that the inverse is one.
   *
   * @throws {RoundingError} The core is nearly singular.
   */
  settle(): void {
    if (this.#drift() <= this.#driftMax) {
      return;
    }
    this.#invert();
    const rest = this.#drift();
    if (!(rest <= ERROR_TOLERANCE)) {
      throw new RoundingError(TOO_FEW_DIGITS);
    }
    this.#driftMax = Math.max(DRIFT_TOLERANCE, DRIFT_GROWTH * rest);
  }

  /** Computes how much of a product of the core with a vector its inverse misses. */
  #drift(): number {
    const probe = this.#probe;
    this.#inverse.multiply(probe, this.#solved);
    this.#matrix.multiply(this.#solved, this.#product);
    let rest = 0;
    for (let c = 0; c < this.size; c++) {
      rest = Math.max(rest, Math.abs(this.#product[c] - probe[c]));
    }
    return rest;
  }

  #invert(): void {
    const { size } = this;
    const core = new Float64Array(size * size);
    for (let c = 0; c < size; c++) {
      this.#matrix.column(c, core.subarray(c * size, (c + 1) * size));
    }
    const scales = equilibrate(core, size);
    const inverse = smallInverse(core, size);
    if (inverse === undefined) {
      throw new RoundingError(TOO_FEW_DIGITS);
    }
    this.#inverse.reset(size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b <= a; b++) {
        const mean = inverse[a * size + b] / 2 + inverse[b * size + a] / 2;
        this.#inverse.set(a, b, mean * scales[a] * scales[b]);
      }
    }
  }
}

/** Scales lines and columns alike: first by positive diagonals, then by their largest entries. */
function equilibrate(matrix: Float64Array, size: number): Float64Array {
  const scales = new Float64Array(size).fill(1);
  const scale = (line: number, factor: number) => {
    scales[line] *= factor;
    for (let b = 0; b < size; b++) {
      matrix[line * size + b] *= factor;
    }
    for (let b = 0; b < size; b++) {
      matrix[b * size + line] *= factor;
    }
  };
  for (let a = 0; a < size; a++) {
    const own = matrix[a * (size + 1)];
    scale(a, own > 0 ? 1 / Math.sqrt(own) : 1);
  }
  for (let a = 0; a < size; a++) {
    const largest = largestMagnitude(matrix.subarray(a * size, (a + 1) * size));
    scale(a, largest > 0 ? 1 / largest : 1);
  }
  return scales;
}

function largestMagnitude(x: Float64Array): number {
  return x.reduce((largest, entry) => Math.max(largest, Math.abs(entry)), 0);
}
