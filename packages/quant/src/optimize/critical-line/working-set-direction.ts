import { addMultiple, largestMagnitude, type PathState } from "./path-state.ts";
import { rebuildInverse } from "./rebuild.ts";

// Relative residual of a direction that is corrected, and one of a row that tells of a useless K⁻¹.
const RESIDUAL_TOLERANCE = 1e-11;
const DRIFT_TOLERANCE = 1e-6;
// Terms of an equation below this fraction of the largest are rounding, and so are sums of weights
// below its square.
const VANISHING = 1e-8;

/**
 * The direction along which the solution of K·x = t moves, whatever t is, when an item joins K
 * or leaves it: (−K⁻¹v; 1) for the border line v of a new item, the item's column of K⁻¹ for
 * one that leaves.
 */
export class WorkingSetDirection {
  readonly #state: PathState;
  /** The direction over the lines of K. */
  readonly lines: Float64Array;
  /** Its assets, length n, and its multipliers, length m. */
  readonly assets: Float64Array;
  readonly multipliers: Float64Array;
  /** Σ times the direction, and A' times its multipliers. */
  readonly risk: Float64Array;
  /** Σσ|d| and max |d|. */
  exposure = 0;
  largest = 0;
  readonly #pull: Float64Array;
  readonly #scratch: Float64Array;
  readonly #residuals: Float64Array;
  readonly #largestDeviation: number;

  constructor(state: PathState) {
    const { assetCount: n, rowCount: m } = state.problem;
    this.#state = state;
    this.lines = new Float64Array(n + m);
    this.assets = new Float64Array(n);
    this.multipliers = new Float64Array(m);
    this.risk = new Float64Array(n);
    this.#pull = new Float64Array(n);
    this.#scratch = new Float64Array(n + m);
    this.#residuals = new Float64Array(n + m);
    this.#largestDeviation = largestMagnitude(state.problem.deviations);
  }

  /**
   * Computes the direction of an item.
   *
   * @returns Whether it keeps to the active rows, if need be with K⁻¹ computed afresh.
   */
  load(item: number): boolean {
    for (let attempt = 0; attempt < 2; attempt++) {
      if (attempt > 0) {
        rebuildInverse(this.#state);
      }
      this.#solve(item);
      if (this.#residual(item) <= RESIDUAL_TOLERANCE) {
        return true;
      }
      this.#correct(item);
      if (this.#keepsRows(item)) {
        return true;
      }
    }
    return false;
  }

  #solve(item: number): void {
    const { kkt } = this.#state;
    if (kkt.position[item] >= 0) {
      kkt.column(kkt.position[item], this.lines);
    } else {
      kkt.solveBorder(item, this.lines);
      for (let a = 0; a < kkt.size; a++) {
        this.lines[a] = -this.lines[a];
      }
    }
    this.#spread(item);
  }

  /** Spreads the lines over assets and rows, with 1 for an item that is not in K yet. */
  #spread(own: number): void {
    const { kkt, problem } = this.#state;
    const { assetCount: n, deviations, system } = problem;
    this.assets.fill(0);
    this.multipliers.fill(0);
    this.exposure = 0;
    this.largest = 0;
    for (let a = 0; a < kkt.size; a++) {
      const item = kkt.items[a];
      if (item < n) {
        const size = Math.abs(this.lines[a]);
        this.assets[item] = this.lines[a];
        this.exposure += deviations[item] * size;
        this.largest = Math.max(this.largest, size);
      } else {
        this.multipliers[item - n] = this.lines[a];
      }
    }
    const isEntering = kkt.position[own] < 0;
    if (isEntering && own < n) {
      this.assets[own] = 1;
      this.exposure += deviations[own];
      this.largest = Math.max(this.largest, 1);
    }
    this.#state.covarianceTimes(this.assets, this.risk);
    this.#state.pull(this.multipliers, this.#pull);
    if (isEntering && own >= n) {
      this.multipliers[own - n] = 1;
      addMultiple(this.#pull, 1, system.coefficients.subarray((own - n) * n, (own - n + 1) * n));
    }
  }

  /** Writes what the direction leaves of its equations, and returns its largest relative size. */
  #residual(own: number): number {
    const { kkt, problem } = this.#state;
    const { assetCount: n, deviations } = problem;
    const { exposure } = this;
    const leastTerm =
      VANISHING * (largestMagnitude(this.#pull) + this.#largestDeviation * exposure);
    const leastSum = VANISHING * VANISHING * this.largest;
    let worst = 0;
    for (let a = 0; a < kkt.size; a++) {
      const item = kkt.items[a];
      let scale = 0;
      if (item === own) {
        this.#residuals[a] = 0;
      } else if (item < n) {
        this.#residuals[a] = this.risk[item] + this.#pull[item];
        scale = Math.max(leastTerm, deviations[item] * exposure + Math.abs(this.#pull[item]));
      } else {
        this.#residuals[a] = this.#state.rowSum(item - n, this.assets);
        scale = Math.max(leastSum, this.absoluteRowSum(item - n));
      }
      worst = Math.max(worst, scale > 0 ? Math.abs(this.#residuals[a]) / scale : 0);
    }
    return worst;
  }

  #keepsRows(own: number): boolean {
    const { kkt, problem } = this.#state;
    const least = VANISHING * VANISHING * this.largest;
    return kkt.items.subarray(0, kkt.size).every((item) => {
      const row = item - problem.assetCount;
      if (row < 0 || item === own) {
        return true;
      }
      const scale = Math.max(least, this.absoluteRowSum(row));
      return Math.abs(this.#state.rowSum(row, this.assets)) <= DRIFT_TOLERANCE * scale;
    });
  }

  /** Takes out what drift of K⁻¹ has left of the direction's residual. */
  #correct(own: number): void {
    const { kkt } = this.#state;
    kkt.multiply(this.#residuals, this.#scratch);
    addMultiple(this.lines.subarray(0, kkt.size), -1, this.#scratch);
    this.#spread(own);
  }

  /** Computes d'Σd. */
  variance(): number {
    let variance = 0;
    for (let i = 0; i < this.assets.length; i++) {
      variance += this.assets[i] * this.risk[i];
    }
    return variance;
  }

  /** Computes the sum of |aᵢdᵢ| of a row. */
  absoluteRowSum(row: number): number {
    const { assetCount: n, system } = this.#state.problem;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += Math.abs(system.coefficients[row * n + i] * this.assets[i]);
    }
    return sum;
  }
}
