import type { DenseCovariance } from "./dense-covariance.ts";
import type { KktSolver } from "./kkt-solver.ts";
import type { ScaledProblem } from "./scaled-problem.ts";
import { SymmetricInverse } from "./symmetric-inverse.ts";

/** Solves with K⁻¹ itself, changed in k² operations. */
export class KktInverse implements KktSolver {
  readonly items: Int32Array;
  readonly position: Int32Array;
  isFragile = false;
  readonly #problem: ScaledProblem;
  readonly #covariance: DenseCovariance;
  readonly #inverse = new SymmetricInverse();
  readonly #line: Float64Array;

  constructor(problem: ScaledProblem, covariance: DenseCovariance) {
    this.#problem = problem;
    this.#covariance = covariance;
    const itemCount = problem.assetCount + problem.rowCount;
    this.items = new Int32Array(itemCount);
    this.position = new Int32Array(itemCount).fill(-1);
    this.#line = new Float64Array(itemCount);
  }

  get size(): number {
    return this.#inverse.size;
  }

  solveBorder(item: number, solved: Float64Array): void {
    const { assetCount: n, system } = this.#problem;
    const { size, items } = this;
    const line = this.#line;
    const covariance = item < n ? this.#covariance.valuesWith(item) : line;
    for (let a = 0; a < size; a++) {
      const other = items[a];
      if (item < n) {
        line[a] =
          other < n ? covariance[item * n + other] : system.coefficients[(other - n) * n + item];
      } else {
        line[a] = other < n ? system.coefficients[(item - n) * n + other] : 0;
      }
    }
    this.#inverse.multiply(line, solved);
  }

  multiply(x: Float64Array, product: Float64Array): void {
    this.#inverse.multiply(x, product);
  }

  column(line: number, copy: Float64Array): void {
    this.#inverse.column(line, copy);
  }

  append(item: number, solved: Float64Array, complement: number): void {
    this.items[this.size] = item;
    this.position[item] = this.size;
    this.#inverse.append(solved, complement);
  }

  remove(item: number, column: Float64Array): boolean {
    const line = this.position[item];
    const last = this.size - 1;
    this.position[this.items[last]] = line;
    this.items[line] = this.items[last];
    this.position[item] = -1;
    return this.#inverse.remove(line, column);
  }

  noteFragility(): void {
    this.isFragile = true;
  }

  raiseDiagonal(line: number, increase: number, scratch: Float64Array): void {
    this.#inverse.column(line, scratch);
    this.#inverse.change(scratch, -increase / (1 + increase * scratch[line]));
  }

  restart(assets: readonly number[], rows: readonly number[], inverse: Float64Array): void {
    const r = rows.length;
    this.position.fill(-1);
    this.isFragile = false;
    this.#inverse.reset(2 * r);
    for (const [line, item] of [...assets, ...rows].entries()) {
      this.items[line] = item;
      this.position[item] = line;
    }
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) {
        this.#inverse.set(r + a, b, inverse[b * r + a]);
      }
    }
    // The corner −(A⁻¹)'·Σ_FF·A⁻¹.
    const product = new Float64Array(r);
    for (let b = 0; b < r; b++) {
      for (let i = 0; i < r; i++) {
        product[i] = 0;
        for (let j = 0; j < r; j++) {
          product[i] += this.#covariance.entry(assets[i], assets[j]) * inverse[j * r + b];
        }
      }
      for (let a = b; a < r; a++) {
        this.#inverse.set(r + a, r + b, -columnProduct(inverse, r, a, product));
      }
    }
  }
}

function columnProduct(matrix: Float64Array, n: number, column: number, x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += matrix[i * n + column] * x[i];
  }
  return sum;
}
