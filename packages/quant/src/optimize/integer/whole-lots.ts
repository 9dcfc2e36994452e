import { multiplyVector } from "../../linalg/matrix.ts";
import type { LinearSystem } from "../linear-system.ts";
import type { IntegerProgram } from "./integer-program.ts";

// A sum that misses a side by less than this, relatively, keeps it.
const ROUNDING = 1e-11;
// A bound this near to a whole lot, in lots, is on it.
const ON_LOT = 1e-9;
// Steps to keep the rows, and to improve the point, per variable.
const STEPS_EACH = 4;
// Of the variables that promise most in either direction, so many are paired.
const PAIRED = 40;

/**
 * Rounds a point to whole lots, puts right what that does to the rows by steps of one lot, and
 * exchanges lots between two variables as long as that makes ½x'Hx + c'x less.
 *
 * @param system - The program's, with bounds and rows as choices leave them.
 * @param x - A point that keeps the system, length n.
 * @returns Nothing where no steps lead to rows that are kept. Variables without lots stay as they are.
 */
export function wholeLots(
  program: IntegerProgram,
  system: LinearSystem,
  x: Float64Array,
): Float64Array | undefined {
  const { lots } = program;
  const nearest = lots && nearestLots(lots, system, x);
  if (lots === undefined || nearest === undefined) {
    return nearest;
  }
  const search = new LotSearch({ ...program, lots }, system, nearest);
  if (!search.keepRows()) {
    return;
  }
  search.improve();
  return search.point();
}

/**
 * Rounds each variable that has lots to the nearest whole number of them within its bounds.
 *
 * @returns Nothing where there is no whole lot between two bounds.
 */
export function nearestLots(
  lots: Float64Array,
  { lower, upper }: Pick<LinearSystem, "lower" | "upper">,
  x: Float64Array,
): Float64Array | undefined {
  const rounded = Float64Array.from(x);
  for (let i = 0; i < x.length; i++) {
    const lot = lots[i];
    if (lot > 0) {
      const least = Math.ceil(lower[i] / lot - ON_LOT);
      const most = Math.floor(upper[i] / lot + ON_LOT);
      if (least > most) {
        return;
      }
      rounded[i] = Math.max(least, Math.min(most, Math.round(x[i] / lot))) * lot;
    }
  }
  return rounded;
}

/** Narrows bounds to a point where there are lots. */
export function fixLots(
  { lower, upper }: Pick<LinearSystem, "lower" | "upper">,
  lots: Float64Array,
  x: Float64Array,
): { readonly lower: Float64Array; readonly upper: Float64Array } {
  const fixed = (bound: number, i: number) => (lots[i] > 0 ? x[i] : bound);
  return { lower: lower.map(fixed), upper: upper.map(fixed) };
}

/** A change of two variables by a lot each, or of one; −1 for none. */
interface Step {
  readonly down: number;
  readonly up: number;
  readonly value: number;
}

class LotSearch {
  readonly #matrix: Float64Array;
  readonly #lots: Float64Array;
  readonly #system: LinearSystem;
  readonly #n: number;
  readonly #x: Float64Array;
  readonly #sums: Float64Array;
  readonly #gradient: Float64Array;

  constructor(
    { matrix, linear, lots }: IntegerProgram & { readonly lots: Float64Array },
    system: LinearSystem,
    x: Float64Array,
  ) {
    this.#n = linear.length;
    this.#matrix = matrix.values;
    this.#lots = lots;
    this.#system = system;
    this.#x = x;
    this.#sums = multiplyVector(system.rows, this.#x);
    this.#gradient = multiplyVector(matrix, this.#x).map((value, i) => value + linear[i]);
  }

  /** The point, its lots free of the rounding of steps. */
  point(): Float64Array {
    return this.#x.map((value, i) =>
      this.#lots[i] > 0 ? Math.round(value / this.#lots[i]) * this.#lots[i] : value,
    );
  }

  /** Steps by one lot as long as rows miss their sides less; false when they still do. */
  keepRows(): boolean {
    for (let step = 0; step < STEPS_EACH * this.#n; step++) {
      const missed = this.#missed(-1, -1);
      if (missed === 0) {
        return true;
      }
      const best = this.#leastMissed(missed);
      if (best === undefined) {
        return false;
      }
      this.#take(best);
    }
    return this.#missed(-1, -1) === 0;
  }

  improve(): void {
    for (let step = 0; step < STEPS_EACH * this.#n; step++) {
      const best = this.#bestExchange();
      if (best === undefined) {
        return;
      }
      this.#take(best);
    }
  }

  /** Finds the step, or else the exchange, after which rows miss their sides least, the cheapest of equals. */
  #leastMissed(missed: number): Step | undefined {
    const movable = Array.from(this.#lots.keys()).filter((i) => this.#lots[i] > 0);
    const none = [-1];
    return (
      this.#leastMissedOf(missed, movable, none) ??
      this.#leastMissedOf(missed, none, movable) ??
      this.#leastMissedOf(missed, movable, movable)
    );
  }

  #leastMissedOf(
    missed: number,
    downs: readonly number[],
    ups: readonly number[],
  ): Step | undefined {
    let best: Step | undefined;
    let least = missed * (1 - 1e-9);
    for (const down of downs) {
      for (const up of ups.filter((each) => each !== down && this.#canStep(down, each))) {
        const left = this.#missed(down, up);
        const value = this.#change(down, up);
        const isAsLow = left === least && value < (best?.value ?? Number.NEGATIVE_INFINITY);
        if (left < least || isAsLow) {
          least = left;
          best = { down, up, value };
        }
      }
    }
    return best;
  }

  /** Finds the step or exchange that keeps the rows and makes the objective least. */
  #bestExchange(): Step | undefined {
    const movable = Array.from(this.#lots.keys()).filter((i) => this.#lots[i] > 0);
    const byGradient = movable.sort((i, j) => this.#gradient[i] - this.#gradient[j]);
    const ups = [-1, ...byGradient.filter((i) => this.#canStep(-1, i)).slice(0, PAIRED)];
    const downs = [-1, ...byGradient.filter((i) => this.#canStep(i, -1)).slice(-PAIRED)];
    let best: Step | undefined;
    let least = -1e-14 * this.#size();
    for (const up of ups) {
      for (const down of downs) {
        const value = up === down ? 0 : this.#change(down, up);
        if (value < least && this.#missed(down, up) === 0) {
          least = value;
          best = { down, up, value };
        }
      }
    }
    return best;
  }

  #size(): number {
    let size = 0;
    for (let i = 0; i < this.#n; i++) {
      size += Math.abs(this.#gradient[i] * this.#x[i]);
    }
    return size;
  }

  #canStep(down: number, up: number): boolean {
    const { lower, upper } = this.#system;
    const room = (i: number, step: number) =>
      i < 0 ||
      (this.#lots[i] > 0 &&
        this.#x[i] + step * this.#lots[i] >= lower[i] - ON_LOT * this.#lots[i] &&
        this.#x[i] + step * this.#lots[i] <= upper[i] + ON_LOT * this.#lots[i]);
    return room(down, -1) && room(up, 1);
  }

  /** By how much the objective changes. */
  #change(down: number, up: number): number {
    const n = this.#n;
    let change = 0;
    if (up >= 0) {
      const lot = this.#lots[up];
      change += lot * (this.#gradient[up] + (lot * this.#matrix[up * n + up]) / 2);
    }
    if (down >= 0) {
      const lot = this.#lots[down];
      change += lot * ((lot * this.#matrix[down * n + down]) / 2 - this.#gradient[down]);
    }
    return up >= 0 && down >= 0
      ? change - this.#lots[up] * this.#lots[down] * this.#matrix[up * n + down]
      : change;
  }

  /** By how much rows miss their sides after a step, in all, relative to what they are limited to. */
  #missed(down: number, up: number): number {
    const { rows, rowLower, rowUpper } = this.#system;
    let missed = 0;
    for (let r = 0; r < rowLower.length; r++) {
      const at = r * this.#n;
      const risen = up < 0 ? 0 : rows.values[at + up] * this.#lots[up];
      const fallen = down < 0 ? 0 : rows.values[at + down] * this.#lots[down];
      const sum = this.#sums[r] + risen - fallen;
      const miss = Math.max(0, rowLower[r] - sum, sum - rowUpper[r]);
      const size = Math.max(1, Math.abs(sum));
      missed += miss > ROUNDING * size ? miss / size : 0;
    }
    return missed;
  }

  #take({ down, up }: Step): void {
    this.#move(up, 1);
    this.#move(down, -1);
  }

  #move(i: number, direction: number): void {
    if (i < 0) {
      return;
    }
    const n = this.#n;
    const step = direction * this.#lots[i];
    this.#x[i] += step;
    for (let r = 0; r < this.#sums.length; r++) {
      this.#sums[r] += step * this.#system.rows.values[r * n + i];
    }
    for (let j = 0; j < n; j++) {
      this.#gradient[j] += step * this.#matrix[i * n + j];
    }
  }
}
