import { addMultiple } from "../../linalg/add-multiple.ts";
import { KernelInverse } from "./kernel-inverse.ts";
import type { KinkProgram } from "./kink-program.ts";

/** Where a variable is: at a bound, held where it started, or between its bounds in the kernel. */
export const AT_LOWER = 0;
export const AT_UPPER = 1;
export const PINNED = 2;
export const FREE = 3;

// Below this, relative to entries of size 1, a pivot is rounding.
const PIVOT_MIN = 1e-9;
// How far kinks are moved apart, times a half to one, and what then is rounding.
const PERTURBATION = 1e-7;
const ROUNDING = 1e-12;
// Multiples of the golden ratio fill an interval evenly.
const GOLDEN = 0.618_033_988_749_894_9;

/**
 * A vertex of a kinked program: the kinks it is on and the variables between their bounds, which are
 * as many, with all that follows from them.
 */
export class Vertex {
  readonly program: KinkProgram;
  readonly v: Float64Array;
  /** Av − b. */
  readonly z: Float64Array;
  /** State of each variable. */
  readonly state: Uint8Array;
  /** Side of its kink that a row is on, ±1; 0 in the kernel. */
  readonly side: Int8Array;
  /** Kinks and variables of the kernel, by place. */
  readonly kinks: number[] = [];
  readonly free: number[] = [];
  readonly inverse = new KernelInverse(64);
  /** cost + Σ slope·row over the rows outside the kernel. */
  readonly gradient: Float64Array;
  /** Multipliers of the kernel's kinks, by place. */
  prices: Float64Array = new Float64Array(64);
  readonly reducedCosts: Float64Array;
  /** b, but for a perturbation. */
  readonly #offsets: Float64Array;
  readonly #nonbasic: Float64Array;
  #scratch: Float64Array = new Float64Array(64);

  constructor(program: KinkProgram, v: Float64Array, state: Uint8Array) {
    this.program = program;
    this.v = v;
    this.state = state;
    this.z = new Float64Array(program.rows.count);
    this.side = new Int8Array(program.rows.count);
    this.gradient = new Float64Array(v.length);
    this.reducedCosts = new Float64Array(v.length);
    this.#offsets = program.rows.offsets.slice();
    this.#nonbasic = new Float64Array(v.length);
  }

  /** Slope of a row outside the kernel; a limit has none within. */
  slope(row: number): number {
    const slope = this.side[row] > 0 ? this.program.right[row] : this.program.left[row];
    return Number.isFinite(slope) ? slope : 0;
  }

  /** Copies a variable's coefficients in the kernel's kinks, by place. */
  gatherColumn(variable: number, out: Float64Array): void {
    const column = this.program.rows.column(variable);
    for (let b = 0; b < this.kinks.length; b++) {
      out[b] = column[this.kinks[b]];
    }
  }

  /** Copies a row's coefficients of the free variables, by place. */
  gatherRow(row: number, out: Float64Array): void {
    for (let a = 0; a < this.free.length; a++) {
      out[a] = this.program.rows.column(this.free[a])[row];
    }
  }

  /** Computes everything from the kernel's kinks and variables afresh. False where M is singular. */
  refresh(): boolean {
    const { kinks, free, program } = this;
    this.reserve();
    const size = kinks.length;
    const matrix = new Float64Array(size * size);
    for (let a = 0; a < size; a++) {
      const column = program.rows.column(free[a]);
      for (let b = 0; b < size; b++) {
        matrix[b * size + a] = column[kinks[b]];
      }
    }
    if (!this.inverse.invert(matrix, size, PIVOT_MIN)) {
      return false;
    }
    this.#refreshVariables();
    this.measureRows();
    this.#refreshGradient();
    this.price();
    return true;
  }

  /** Makes room for one more kink. */
  reserve(): void {
    const size = this.kinks.length + 1;
    if (this.prices.length < size) {
      this.prices = new Float64Array(2 * size);
      this.#scratch = new Float64Array(2 * size);
    }
  }

  #refreshVariables(): void {
    const { kinks, free, v, program } = this;
    this.#nonbasic.set(v);
    for (let a = 0; a < free.length; a++) {
      this.#nonbasic[free[a]] = 0;
      v[free[a]] = 0;
    }
    const rest = new Float64Array(kinks.length);
    const step = new Float64Array(kinks.length);
    // The second round takes away most of the rounding of the inverse.
    for (let round = 0; round < 2; round++) {
      for (let b = 0; b < kinks.length; b++) {
        rest[b] = this.#offsets[kinks[b]] - program.rows.rowTimes(kinks[b], v);
      }
      this.inverse.solve(rest, step);
      for (let a = 0; a < free.length; a++) {
        v[free[a]] += step[a];
      }
    }
  }

  /** Computes z, exactly 0 in the kernel. */
  measureRows(): void {
    const { z, v, program } = this;
    for (let t = 0; t < z.length; t++) {
      z[t] = -this.#offsets[t];
    }
    for (let j = 0; j < v.length; j++) {
      if (v[j] !== 0) {
        addMultiple(z, v[j], program.rows.column(j));
      }
    }
    for (let b = 0; b < this.kinks.length; b++) {
      z[this.kinks[b]] = 0;
    }
  }

  /** Moves kinks that are no limits away from the vertex, so that no two of them meet in a point. */
  perturb(): void {
    const { left, right } = this.program;
    for (let t = 0; t < this.z.length; t++) {
      if (this.side[t] !== 0 && Number.isFinite(right[t] - left[t])) {
        const move = this.side[t] * PERTURBATION * (0.5 + (((t + 1) * GOLDEN) % 1) / 2);
        this.#offsets[t] -= move;
        this.z[t] += move;
      }
    }
  }

  /** Takes the perturbation back. False where a limit is broken then, or M is singular. */
  restore(): boolean {
    this.#offsets.set(this.program.rows.offsets);
    if (!this.refresh()) {
      return false;
    }
    for (let t = 0; t < this.z.length; t++) {
      if (this.side[t] * this.z[t] < -ROUNDING) {
        this.side[t] = this.side[t] > 0 ? -1 : 1;
      }
    }
    this.#refreshGradient();
    this.price();
    return true;
  }

  #refreshGradient(): void {
    this.gradient.set(this.program.cost);
    for (let t = 0; t < this.side.length; t++) {
      const slope = this.side[t] === 0 ? 0 : this.slope(t);
      if (slope !== 0) {
        this.program.rows.addRow(t, slope, this.gradient);
      }
    }
  }

  /** Computes the multipliers and the reduced costs. */
  price(): void {
    const { kinks, free, gradient, reducedCosts, program } = this;
    const left = this.#scratch;
    for (let a = 0; a < free.length; a++) {
      left[a] = -gradient[free[a]];
    }
    this.inverse.solveTransposed(left, this.prices);
    reducedCosts.set(gradient);
    for (let b = 0; b < kinks.length; b++) {
      program.rows.addRow(kinks[b], this.prices[b], reducedCosts);
    }
  }
}
