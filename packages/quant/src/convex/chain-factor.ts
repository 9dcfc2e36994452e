import { weightedGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { BlockFactor } from "./block-factor.ts";
import type { BlockCone } from "./cones/build-cones.ts";
import type { PlacedBlock } from "./conic-problem.ts";

/**
 * Eliminates the locals of a block whose last local is chained in time.
 *
 * Scenario by scenario the other locals go first. What remains is a row ρₜuₜ + oₜ of the scenario's
 * own, oₜ being affine in the borders, and the steps εₜ(uₜ − uₜ₋₁ + σyₜ) between scenarios: a
 * bidiagonal system. Rotations eliminate u₁, u₂, … in turn and carry one row γₜuₜ + κₜ along, where
 * κₜ sees the weights through a weighted sum of the earlier yₛ. Each scenario leaves one row without
 * locals, (γₜoₜ − ρₜκₜ)/√(γₜ² + ρₜ²), which is dense in the weights: the rows of F, whose F'F the
 * block adds to the Hessian.
 *
 * The rows of a chained block see the weights in the step alone.
 */
export class ChainFactor extends BlockFactor {
  /** F on the assets, shape (T, n). */
  readonly dense: Matrix;
  /** F on the block's borders, shape (T, borders). */
  readonly denseBorders: Float64Array;
  readonly #step: BlockCone;
  readonly #matrix: Matrix;
  /** σ. */
  readonly #sigma: number;
  /** ε of the step into each scenario, and a 0 behind the last. */
  readonly #epsilon: Float64Array;
  readonly #gamma: Float64Array;
  readonly #rho: Float64Array;
  /** √(γ² + ρ²). */
  readonly #joined: Float64Array;
  /** Diagonal and superdiagonal of the triangle. */
  readonly #diagonal: Float64Array;
  readonly #above: Float64Array;
  /** Coefficients of κ in the row that is carried. */
  readonly #carried: Float64Array;
  readonly #carriedBorders: Float64Array;
  readonly #unit = new Float64Array(1);
  readonly #chained: Float64Array;
  readonly #ones: Float64Array;
  readonly #gram: Float64Array;

  constructor(block: PlacedBlock, cones: readonly BlockCone[], stepRow: number) {
    super(
      block,
      cones.filter((cone) => cone.row !== stepRow),
      stepRow,
    );
    const step = cones.find((cone) => cone.row === stepRow);
    if (step === undefined || block.link.kind !== "matrix") {
      throw new Error("a chained block sees a matrix and has a row for the step");
    }
    const count = block.scenarios;
    const { cols } = block.link.matrix;
    this.#step = step;
    this.#matrix = block.link.matrix;
    this.#sigma = block.linkCoefficients[stepRow];
    this.dense = { rows: count, cols, values: new Float64Array(count * cols) };
    this.denseBorders = new Float64Array(count * block.borders.length);
    this.#epsilon = new Float64Array(count + 1);
    this.#gamma = new Float64Array(count);
    this.#rho = new Float64Array(count);
    this.#joined = new Float64Array(count);
    this.#diagonal = new Float64Array(count);
    this.#above = new Float64Array(count);
    this.#carried = new Float64Array(cols);
    this.#carriedBorders = new Float64Array(block.borders.length);
    this.#chained = new Float64Array(count);
    this.#ones = new Float64Array(count).fill(1);
    this.#gram = new Float64Array(cols * cols);
  }

  override factor(): void {
    super.factor();
    this.#factorChain();
    this.#fillDense();
    this.#fillDenseBorders();
  }

  override reduce(
    locals: Float64Array,
    seen: Float64Array,
    borders: Float64Array,
    reduced: Float64Array,
  ): void {
    const { scenarios, locals: k } = this.block;
    super.reduceFirst(k - 1, { locals, seen, borders, reduced });
    let before = 0;
    for (let t = 0; t < scenarios; t++) {
      const last = t * k + k - 1;
      let sum = locals[last] - (t === 0 ? 0 : this.#above[t - 1] * before);
      for (let i = 0; i < k - 1; i++) {
        sum -= this.localRows[(t * k + i) * this.width + k - 1] * reduced[t * k + i];
      }
      before = sum / this.#diagonal[t];
      reduced[last] = before;
    }
    this.#carryOver(seen, borders, reduced);
  }

  override recover(seen: Float64Array, borders: Float64Array, reduced: Float64Array): void {
    const { scenarios, locals: k } = this.block;
    const affine = this.#chained;
    let carried = 0;
    for (let t = 0; t < scenarios; t++) {
      carried += this.#gamma[t] * this.#sigma * seen[t];
      const joined = this.#gamma[t] * carried + this.#rho[t] * this.#own(t, borders);
      const step = t + 1 < scenarios ? this.#above[t] * this.#sigma * seen[t + 1] : 0;
      affine[t] = joined / this.#diagonal[t] + step;
      carried = (this.#epsilon[t + 1] / (this.#joined[t] * this.#diagonal[t])) * joined;
    }
    let after = 0;
    for (let t = scenarios - 1; t >= 0; t--) {
      const last = t * k + k - 1;
      after = (reduced[last] - affine[t] - this.#above[t] * after) / this.#diagonal[t];
      reduced[last] = after;
    }
    super.recoverFirst(k - 1, { seen, borders, reduced });
  }

  /** Subtracts from the link and the borders what the solved triangle carries over to them. */
  #carryOver(seen: Float64Array, borders: Float64Array, reduced: Float64Array): void {
    const { scenarios, locals: k, borders: indices } = this.block;
    const ownBorders = k * this.width - indices.length;
    let adjoint = 0;
    for (let t = scenarios - 1; t >= 0; t--) {
      const solved = reduced[t * k + k - 1];
      const factor = this.#epsilon[t + 1] / (this.#joined[t] * this.#diagonal[t]);
      const common = solved / this.#diagonal[t] + factor * adjoint;
      adjoint = this.#gamma[t] * common;
      const before = t === 0 ? 0 : this.#above[t - 1] * reduced[(t - 1) * k + k - 1];
      seen[t] -= this.#sigma * (this.#gamma[t] * adjoint + before);
      const own = this.#rho[t] * common;
      for (let b = 0; b < indices.length; b++) {
        borders[indices[b]] -= own * this.localRows[t * k * this.width + ownBorders + b];
      }
    }
  }

  /** Evaluates oₜ. */
  #own(t: number, borders: Float64Array): number {
    const { locals: k, borders: indices } = this.block;
    const start = (t + 1) * k * this.width - indices.length;
    let sum = 0;
    for (let b = 0; b < indices.length; b++) {
      sum += this.localRows[start + b] * borders[indices[b]];
    }
    return sum;
  }

  /**
   * Adds F'F to the Hessian (at least its lower triangle), to the columns of the borders, shape
   * (any, n), and to their corner, shape (size, size).
   */
  addDense(hessian: Float64Array, columns: Float64Array, corner: Float64Array, size: number): void {
    const { rows, cols: n, values } = this.dense;
    const { borders } = this.block;
    const count = borders.length;
    weightedGram(this.dense, this.#ones, this.#gram);
    for (let i = 0; i < hessian.length; i++) {
      hessian[i] += this.#gram[i];
    }
    for (let t = 0; t < rows; t++) {
      for (let a = 0; a < count; a++) {
        const entry = this.denseBorders[t * count + a];
        const column = borders[a] * n;
        for (let j = 0; entry !== 0 && j < n; j++) {
          columns[column + j] += entry * values[t * n + j];
        }
        for (let b = 0; b < count; b++) {
          corner[borders[a] * size + borders[b]] += entry * this.denseBorders[t * count + b];
        }
      }
    }
  }

  #factorChain(): void {
    const { scenarios, locals: k } = this.block;
    for (let t = 0; t < scenarios; t++) {
      this.#unit[0] = 1;
      this.#step.cone.applyRoot(t, this.#unit, 0, 1);
      this.#epsilon[t] = this.#unit[0];
      this.#rho[t] = this.localRows[(t * k + k - 1) * this.width + k - 1];
    }
    let gamma = this.#epsilon[0];
    for (let t = 0; t < scenarios; t++) {
      const next = this.#epsilon[t + 1];
      const joined = Math.hypot(gamma, this.#rho[t]);
      const diagonal = Math.hypot(joined, next);
      this.#gamma[t] = gamma;
      this.#joined[t] = joined;
      this.#diagonal[t] = diagonal;
      this.#above[t] = -next * (next / diagonal);
      gamma = (joined / diagonal) * next;
    }
  }

  #fillDense(): void {
    const { rows, cols, values: out } = this.dense;
    const { values } = this.#matrix;
    const carried = this.#carried.fill(0);
    let keep = 0;
    for (let t = 0; t < rows; t++) {
      const fresh = this.#gamma[t] * this.#sigma;
      const left = -this.#rho[t] / this.#joined[t];
      const start = t * cols;
      for (let j = 0; j < cols; j++) {
        const value = keep * carried[j] + fresh * values[start + j];
        carried[j] = value;
        out[start + j] = left * value;
      }
      keep = (this.#epsilon[t + 1] / this.#joined[t]) * (this.#gamma[t] / this.#diagonal[t]);
    }
  }

  #fillDenseBorders(): void {
    const { scenarios, locals: k, borders } = this.block;
    const carried = this.#carriedBorders.fill(0);
    for (let t = 0; t < scenarios; t++) {
      const start = (t + 1) * k * this.width - borders.length;
      const gamma = this.#gamma[t];
      const rho = this.#rho[t];
      const joined = this.#joined[t];
      const factor = this.#epsilon[t + 1] / (joined * this.#diagonal[t]);
      for (let b = 0; b < borders.length; b++) {
        const own = this.localRows[start + b];
        this.denseBorders[t * borders.length + b] = (gamma * own - rho * carried[b]) / joined;
        carried[b] = factor * (gamma * carried[b] + rho * own);
      }
    }
  }
}
