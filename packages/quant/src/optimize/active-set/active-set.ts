import type { WorkingSet } from "./quadratic-program.ts";
import type { ScaledProgram } from "./scaled-program.ts";
import { WorkingSetFactor } from "./working-set-factor.ts";

// Rates below this share of the fastest variable's are rounding.
const RATE_TOLERANCE = 1e-10;

/**
 * The point, the multipliers and the working set of a solve under way, in scaled units.
 *
 * Items are variables 0 … n − 1 and rows n … n + m − 1. Invariant between steps: free variables
 * have no multiplier, nor have rows outside the working set, but for the item that is on its way
 * in or out.
 */
export class ActiveSet {
  readonly program: ScaledProgram;
  readonly itemCount: number;
  readonly factor: WorkingSetFactor;
  readonly workingSet: WorkingSet;
  /** Limits as they are now; a stalled solve may widen them for a while. Length n + m. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** c as it is now, with the proximal term and shifts, length n. */
  readonly linear: Float64Array;
  /** x, then Ax. */
  readonly value: Float64Array;
  /** z, then y. */
  readonly multiplier: Float64Array;
  /** Change of value and multiplier per unit of a direction. */
  readonly valueRate: Float64Array;
  readonly multiplierRate: Float64Array;
  iterations = 0;
  /** Asked before each change of the working set; ends the solve. */
  shouldStop = () => false;
  readonly #line: Float64Array;
  readonly #rowLine: Float64Array;
  readonly #rowLimit: Float64Array;
  readonly #rowMultiplier: Float64Array;
  readonly #image: Float64Array;
  readonly #used: Int32Array;

  constructor(program: ScaledProgram) {
    const { n, m } = program;
    this.program = program;
    this.itemCount = n + m;
    this.factor = new WorkingSetFactor(program);
    this.workingSet = new Int8Array(n + m);
    this.lower = Float64Array.from(program.lower);
    this.upper = Float64Array.from(program.upper);
    this.linear = Float64Array.from(program.linear);
    this.value = new Float64Array(n + m);
    this.multiplier = new Float64Array(n + m);
    this.valueRate = new Float64Array(n + m);
    this.multiplierRate = new Float64Array(n + m);
    this.#line = new Float64Array(n);
    this.#rowLine = new Float64Array(m);
    this.#rowLimit = new Float64Array(m);
    this.#rowMultiplier = new Float64Array(m);
    this.#image = new Float64Array(program.width);
    this.#used = new Int32Array(n);
  }

  /** Puts an item on a side of its limits into the working set. */
  hold(item: number, side: number): void {
    const { n } = this.program;
    this.workingSet[item] = side;
    if (item < n) {
      this.factor.fixVariable(item);
    } else {
      this.factor.activateRow(item - n);
    }
    this.value[item] = side < 0 ? this.lower[item] : this.upper[item];
  }

  /** Takes an item out of the working set. */
  release(item: number): void {
    const { n } = this.program;
    this.workingSet[item] = 0;
    if (item < n) {
      this.factor.freeVariable(item);
    } else {
      this.factor.dropRow(item - n);
    }
  }

  /** Whether the sides of an item are one. */
  isEquality(item: number): boolean {
    return this.lower[item] === this.upper[item];
  }

  /**
   * Computes the direction in which the multiplier of `item`, which is not in the working set,
   * changes at rate `sign` while the working set holds.
   *
   * @returns The rate at which the value of the item changes in the direction of `sign`; 0 when
   *   its gradient depends on those of the working set.
   */
  direct(item: number, sign: number): number {
    const { n, rows } = this.program;
    const { factor, valueRate, multiplierRate } = this;
    const line = this.#line;
    for (let a = 0; a < factor.freeCount; a++) {
      line[a] = item < n ? 0 : sign * rows[(item - n) * n + factor.free[a]];
    }
    if (item < n) {
      line[factor.line[item]] = sign;
    }
    const distance = factor.solve(line, this.#rowLine);
    const isDependent = distance === 0 || this.#lineRate(item, sign) <= 0;
    if (isDependent) {
      line.fill(0, 0, factor.freeCount);
    }
    this.#followLine();
    if (item >= n) {
      this.#takeRow(multiplierRate, item - n, sign);
    }
    this.#clearFree(multiplierRate);
    multiplierRate[item] = sign;
    return isDependent ? 0 : Math.max(0, sign * valueRate[item]);
  }

  /** How fast the line changes the value of an item; 0 when that is rounding of the line. */
  #lineRate(item: number, sign: number): number {
    const { n, rows } = this.program;
    const { factor } = this;
    let rate = 0;
    let fastest = 0;
    for (let a = 0; a < factor.freeCount; a++) {
      fastest = Math.max(fastest, Math.abs(this.#line[a]));
      rate += item < n ? 0 : this.#line[a] * rows[(item - n) * n + factor.free[a]];
    }
    if (item < n) {
      rate = this.#line[factor.line[item]];
    }
    return sign * rate > RATE_TOLERANCE * fastest ? sign * rate : 0;
  }

  /**
   * Computes the direction, for a step of length 1, in which the multipliers of all free
   * variables vanish while the working set holds.
   */
  directToStationarity(): void {
    const { factor, multiplier, multiplierRate } = this;
    for (let a = 0; a < factor.freeCount; a++) {
      this.#line[a] = -multiplier[factor.free[a]];
    }
    factor.solve(this.#line, this.#rowLine);
    this.#followLine();
    for (let a = 0; a < factor.freeCount; a++) {
      multiplierRate[factor.free[a]] = -multiplier[factor.free[a]];
    }
  }

  /** Completes rates from those of the free variables and of the working rows' multipliers. */
  #followLine(): void {
    const { n } = this.program;
    const { factor, valueRate, multiplierRate } = this;
    valueRate.fill(0);
    for (let a = 0; a < factor.freeCount; a++) {
      valueRate[factor.free[a]] = this.#line[a];
    }
    this.#multiplyInto(valueRate, multiplierRate);
    valueRate.set(multiplierRate.subarray(n, this.itemCount), n);
    multiplierRate.fill(0, n);
    for (let a = 0; a < factor.active.length; a++) {
      const row = factor.active[a];
      this.#takeRow(multiplierRate, row, this.#rowLine[a]);
      valueRate[n + row] = 0;
      multiplierRate[n + row] = this.#rowLine[a];
    }
  }

  /** Goes along the direction that was computed last. */
  step(length: number): void {
    for (let item = 0; item < this.itemCount; item++) {
      this.value[item] += length * this.valueRate[item];
      this.multiplier[item] += length * this.multiplierRate[item];
    }
  }

  /**
   * Makes `set` the working set, leaving out rows that depend on others, and computes its point
   * and its multipliers afresh.
   */
  start(set: WorkingSet): void {
    const { n } = this.program;
    this.factor.clear();
    for (let item = 0; item < this.itemCount; item++) {
      this.workingSet[item] = this.#possibleSide(item, set[item]);
    }
    for (let j = 0; j < n; j++) {
      if (this.workingSet[j] === 0) {
        this.factor.freeVariable(j);
      }
    }
    for (let item = n; item < this.itemCount; item++) {
      if (this.workingSet[item] !== 0) {
        this.#activateIfIndependent(item);
      }
    }
    this.solvePoint();
  }

  #possibleSide(item: number, side: number): number {
    if (side < 0) {
      return Number.isFinite(this.lower[item]) ? -1 : 0;
    }
    return side > 0 && Number.isFinite(this.upper[item]) ? 1 : 0;
  }

  #activateIfIndependent(item: number): void {
    const row = item - this.program.n;
    this.factor.activateRow(row);
    if (this.factor.active.length > this.factor.freeCount || !this.factor.isIndependent()) {
      this.factor.dropRow(row);
      this.workingSet[item] = 0;
    }
  }

  /** Computes the point and the multipliers of the working set, refining them twice. */
  solvePoint(): void {
    const { n, m } = this.program;
    const { factor, value, multiplier, workingSet, valueRate } = this;
    for (let j = 0; j < n; j++) {
      value[j] = 0;
      if (workingSet[j] !== 0) {
        value[j] = workingSet[j] < 0 ? this.lower[j] : this.upper[j];
      }
    }
    this.#rowMultiplier.fill(0);
    for (let pass = 0; pass < 3; pass++) {
      this.#correctPoint();
    }
    this.#multiplyInto(value, valueRate);
    for (let j = 0; j < n; j++) {
      multiplier[j] = valueRate[j] + this.linear[j];
    }
    value.set(valueRate.subarray(n, n + m), n);
    multiplier.fill(0, n);
    for (let a = 0; a < factor.active.length; a++) {
      const row = factor.active[a];
      this.#takeRow(multiplier, row, this.#rowMultiplier[row]);
      multiplier[n + row] = this.#rowMultiplier[row];
    }
    this.#clearFree(multiplier);
  }

  /** One Newton step toward stationarity over the working set. */
  #correctPoint(): void {
    const { n, rows } = this.program;
    const { factor, value, valueRate } = this;
    this.#multiplyInto(value, valueRate);
    for (let a = 0; a < factor.freeCount; a++) {
      const j = factor.free[a];
      this.#line[a] = -(valueRate[j] + this.linear[j]);
    }
    for (let r = 0; r < factor.active.length; r++) {
      const row = factor.active[r];
      const limit = this.workingSet[n + row] < 0 ? this.lower[n + row] : this.upper[n + row];
      this.#rowLimit[r] = limit - valueRate[n + row];
      for (let a = 0; a < factor.freeCount; a++) {
        this.#line[a] += this.#rowMultiplier[row] * rows[row * n + factor.free[a]];
      }
    }
    factor.solve(this.#line, this.#rowLine, this.#rowLimit);
    for (let a = 0; a < factor.freeCount; a++) {
      value[factor.free[a]] += this.#line[a];
    }
    for (let r = 0; r < factor.active.length; r++) {
      this.#rowMultiplier[factor.active[r]] += this.#rowLine[r];
    }
  }

  /** Writes Hx, then Ax, of an x in the first n entries of `point`. */
  #multiplyInto(point: Float64Array, product: Float64Array): void {
    const { n, m, matrix, width, columns, curvature, rows } = this.program;
    const image = this.#image.fill(0);
    const used = this.#used;
    let count = 0;
    for (let j = 0; j < n; j++) {
      if (point[j] !== 0) {
        used[count++] = j;
      }
    }
    for (let a = 0; a < count; a++) {
      const x = point[used[a]];
      const start = columns[used[a]] * width;
      for (let i = 0; i < width; i++) {
        image[i] += x * matrix[start + i];
      }
    }
    for (let r = 0; r < m; r++) {
      let sum = 0;
      for (let a = 0; a < count; a++) {
        sum += rows[r * n + used[a]] * point[used[a]];
      }
      product[n + r] = sum;
    }
    for (let j = 0; j < n; j++) {
      product[j] = image[columns[j]] + curvature[j] * point[j];
    }
  }

  /** Takes a multiple of a row of A out of a gradient. */
  #takeRow(gradient: Float64Array, row: number, multiple: number): void {
    const { n, rows } = this.program;
    for (let j = 0; j < n && multiple !== 0; j++) {
      gradient[j] -= multiple * rows[row * n + j];
    }
  }

  /** Free variables have no multiplier; what is left there is rounding. */
  #clearFree(multiplier: Float64Array): void {
    for (let a = 0; a < this.factor.freeCount; a++) {
      multiplier[this.factor.free[a]] = 0;
    }
  }
}
