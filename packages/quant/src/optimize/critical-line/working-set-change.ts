import { ArgumentError } from "../../errors.ts";
import { addMultiple, largestMagnitude, type PathState } from "./path-state.ts";
import { FRAGILE_VARIANCE, rebuildInverse, rebuildWithout, SINGULAR_VARIANCE } from "./rebuild.ts";
import { resetSlope } from "./starting-state.ts";

// A direction that Σ maps to less than this is an exact null direction.
const NULL_TOLERANCE = 1e-11;
// A direction with less Σσ|d| than this beside max |d| moves riskless assets only.
const RISKLESS_EXPOSURE = 1e-13;
// Variance more negative than this is no rounding.
const INDEFINITE_VARIANCE = -1e-9;
const DEPENDENT_ROW = 1e-10;
// Relative residual of a direction that is corrected, and one of a row that tells of a useless K⁻¹.
const RESIDUAL_TOLERANCE = 1e-11;
const DRIFT_TOLERANCE = 1e-6;
// Terms below this fraction of the largest are rounding.
const VANISHING = 1e-8;
// A slope that is this much smaller than its changes has lost too many digits.
const CANCELLATION = 100;

/**
 * Changes the working set by one item and keeps every derivative of the state in step.
 *
 * Adding a line to K, or striking one out, moves the solution of K·x = t along one direction
 * whatever t is. So one product with K⁻¹ and one with Σ update everything.
 */
export class WorkingSetChange {
  readonly #state: PathState;
  /** The direction over the lines of K. */
  readonly #lines: Float64Array;
  readonly #scratch: Float64Array;
  readonly #residuals: Float64Array;
  /** Its assets, length n, and its multipliers, length m. */
  readonly #direction: Float64Array;
  readonly #multipliers: Float64Array;
  /** Σ times the direction, and A' times its multipliers. */
  readonly #risk: Float64Array;
  readonly #pull: Float64Array;
  readonly #largestDeviation: number;
  /** Size of all changes of slope since the risk of the slope was last computed from it. */
  #changes = 0;

  constructor(state: PathState) {
    const { assetCount: n, rowCount: m } = state.problem;
    this.#state = state;
    this.#lines = new Float64Array(n + m);
    this.#scratch = new Float64Array(n + m);
    this.#residuals = new Float64Array(n + m);
    this.#largestDeviation = largestMagnitude(state.problem.deviations);
    this.#direction = new Float64Array(n);
    this.#multipliers = new Float64Array(m);
    this.#risk = new Float64Array(n);
    this.#pull = new Float64Array(n);
  }

  /**
   * Frees an asset, or activates a row that the path has reached.
   *
   * @returns Whether it was done. Refused for a direction that Σ maps to 0, and for a row that
   *   the active rows imply.
   */
  enter(item: number): boolean {
    const { kkt, problem } = this.#state;
    const n = problem.assetCount;
    if (!this.#load(item) || (item < n && !this.#ensureVariance(item))) {
      return false;
    }
    const complement = item < n ? this.#variance() : this.#state.rowSum(item - n, this.#direction);
    if (item >= n && !(-complement > DEPENDENT_ROW * this.#absoluteRowSum(item - n))) {
      return false;
    }
    this.#changeSlope(this.#excessSlope(item) / complement);
    for (let a = 0; a < kkt.size; a++) {
      this.#lines[a] = -this.#lines[a];
    }
    kkt.append(item, this.#lines, complement);
    if (item >= n && kkt.isFragile) {
      rebuildInverse(this.#state);
    }
    return true;
  }

  /**
   * Fixes an asset at a bound, or drops an active row.
   *
   * @returns Whether it was done. Refused for a direction that Σ maps to 0, and for an asset that
   *   the active rows hold in place.
   */
  leave(item: number): boolean {
    const { kkt, problem, weightSlope, multipliers, multiplierSlope, multiplierShift } =
      this.#state;
    const n = problem.assetCount;
    const isSound = this.#load(item) && (item < n || this.#ensureVariance(item));
    const pivot = this.#lines[kkt.position[item]];
    if (!(isSound && (item < n ? pivot > 0 : pivot < 0))) {
      return item < n && this.#leaveAfresh(item);
    }
    const slope = item < n ? weightSlope[item] : multiplierSlope[item - n];
    this.#changeSlope(-slope / pivot);
    const accurate = kkt.remove(item, this.#lines);
    if (!accurate || (item < n && kkt.isFragile)) {
      rebuildInverse(this.#state);
    }
    if (item < n) {
      weightSlope[item] = 0;
    } else {
      multipliers[item - n] = 0;
      multiplierSlope[item - n] = 0;
      multiplierShift[item - n] = 0;
    }
    return true;
  }

  /** Fixes an asset without the help of K⁻¹, which has too few digits left. */
  #leaveAfresh(asset: number): boolean {
    if (!rebuildWithout(this.#state, asset)) {
      return false;
    }
    resetSlope(this.#state);
    return true;
  }

  /**
   * Loads the direction along which the solutions move: (−K⁻¹v; 1) for the border line v of a
   * new item, the item's column of K⁻¹ for one that leaves.
   *
   * @returns Whether the direction keeps to the active rows, if need be with K⁻¹ computed afresh.
   */
  #load(item: number): boolean {
    for (let attempt = 0; attempt < 2; attempt++) {
      if (attempt > 0) {
        rebuildInverse(this.#state);
      }
      this.#solve(item);
      if (this.#residual(item) > RESIDUAL_TOLERANCE) {
        this.#correct(item);
      }
      if (this.#keepsRows(item)) {
        return true;
      }
    }
    return false;
  }

  #solve(item: number): void {
    const { kkt } = this.#state;
    if (kkt.position[item] >= 0) {
      kkt.column(kkt.position[item], this.#lines);
    } else {
      kkt.border(item, this.#scratch);
      kkt.multiply(this.#scratch, this.#lines);
      for (let a = 0; a < kkt.size; a++) {
        this.#lines[a] = -this.#lines[a];
      }
    }
    this.#spread(item);
  }

  /** Spreads the lines over assets and rows, with 1 for an item that is not in K yet. */
  #spread(own: number): void {
    const { kkt, problem } = this.#state;
    const { assetCount: n, system } = problem;
    this.#direction.fill(0);
    this.#multipliers.fill(0);
    for (let a = 0; a < kkt.size; a++) {
      const item = kkt.items[a];
      if (item < n) {
        this.#direction[item] = this.#lines[a];
      } else {
        this.#multipliers[item - n] = this.#lines[a];
      }
    }
    const isEntering = kkt.position[own] < 0;
    if (isEntering && own < n) {
      this.#direction[own] = 1;
    }
    this.#state.covarianceTimes(this.#direction, this.#risk);
    this.#state.pull(this.#multipliers, this.#pull);
    if (isEntering && own >= n) {
      this.#multipliers[own - n] = 1;
      addMultiple(this.#pull, 1, system.coefficients.subarray((own - n) * n, (own - n + 1) * n));
    }
  }

  /** Writes what the direction leaves of its equations, and returns its largest relative size. */
  #residual(own: number): number {
    const { kkt, problem } = this.#state;
    const { assetCount: n, deviations } = problem;
    const exposure = this.#state.exposure(this.#direction);
    const leastTerm =
      VANISHING * (largestMagnitude(this.#pull) + this.#largestDeviation * exposure);
    const leastSum = VANISHING * VANISHING * largestMagnitude(this.#direction);
    let worst = 0;
    for (let a = 0; a < kkt.size; a++) {
      const item = kkt.items[a];
      let scale = 0;
      if (item === own) {
        this.#residuals[a] = 0;
      } else if (item < n) {
        this.#residuals[a] = this.#risk[item] + this.#pull[item];
        scale = Math.max(leastTerm, deviations[item] * exposure + Math.abs(this.#pull[item]));
      } else {
        this.#residuals[a] = this.#state.rowSum(item - n, this.#direction);
        scale = Math.max(leastSum, this.#absoluteRowSum(item - n));
      }
      worst = Math.max(worst, scale > 0 ? Math.abs(this.#residuals[a]) / scale : 0);
    }
    return worst;
  }

  #keepsRows(own: number): boolean {
    const { kkt, problem } = this.#state;
    const least = VANISHING * VANISHING * largestMagnitude(this.#direction);
    return kkt.items.subarray(0, kkt.size).every((item) => {
      const row = item - problem.assetCount;
      if (row < 0 || item === own) {
        return true;
      }
      const scale = Math.max(least, this.#absoluteRowSum(row));
      return Math.abs(this.#state.rowSum(row, this.#direction)) <= DRIFT_TOLERANCE * scale;
    });
  }

  /** Takes out what drift of K⁻¹ has left of the direction's residual. */
  #correct(own: number): void {
    const { kkt } = this.#state;
    kkt.multiply(this.#residuals, this.#scratch);
    addMultiple(this.#lines.subarray(0, kkt.size), -1, this.#scratch);
    this.#spread(own);
  }

  /** Says whether Σ sees the direction, after lifting a variance too small for rounding. */
  #ensureVariance(item: number): boolean {
    const { deviations } = this.#state.problem;
    const exposure = this.#state.exposure(this.#direction);
    const variance = this.#variance();
    const square = exposure * exposure;
    if (exposure <= RISKLESS_EXPOSURE * largestMagnitude(this.#direction)) {
      return false;
    }
    this.#state.kkt.isFragile ||= variance < FRAGILE_VARIANCE * square;
    if (variance >= SINGULAR_VARIANCE * square) {
      return true;
    }
    if (variance < INDEFINITE_VARIANCE * square) {
      throw new ArgumentError("covariance is not positive semidefinite");
    }
    const seen = this.#risk.some((x, i) => Math.abs(x) > NULL_TOLERANCE * deviations[i] * exposure);
    if (!seen) {
      return false;
    }
    this.#liftVariance(SINGULAR_VARIANCE * square - variance);
    return this.#load(item) && this.#variance() > 0;
  }

  /** Adds variance to the direction through the asset that bears most of it. */
  #liftVariance(missing: number): void {
    const { kkt, problem, riskSlope, weightSlope } = this.#state;
    const { assetCount: n, deviations, covariance } = problem;
    let bearer = 0;
    for (let i = 1; i < n; i++) {
      const share = deviations[i] * Math.abs(this.#direction[i]);
      if (share > deviations[bearer] * Math.abs(this.#direction[bearer])) {
        bearer = i;
      }
    }
    this.#state.isLifted = true;
    const increase = missing / (this.#direction[bearer] * this.#direction[bearer]);
    covariance[bearer * n + bearer] += increase;
    riskSlope[bearer] += increase * weightSlope[bearer];
    if (kkt.position[bearer] >= 0) {
      kkt.raiseDiagonal(kkt.position[bearer], increase, this.#scratch);
    }
  }

  #variance(): number {
    let variance = 0;
    for (let i = 0; i < this.#direction.length; i++) {
      variance += this.#direction[i] * this.#risk[i];
    }
    return variance;
  }

  #absoluteRowSum(row: number): number {
    const { assetCount: n, system } = this.#state.problem;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += system.coefficients[row * n + i] * Math.abs(this.#direction[i]);
    }
    return sum;
  }

  /** Computes by how much the current slope misses the equation that the item brings. */
  #excessSlope(item: number): number {
    const { problem, mean, riskSlope, multiplierSlope, weightSlope } = this.#state;
    const { assetCount: n, rowCount: m, system } = problem;
    if (item >= n) {
      return -this.#state.rowSum(item - n, weightSlope);
    }
    let excess = mean[item] - riskSlope[item];
    for (let r = 0; r < m; r++) {
      excess -= multiplierSlope[r] * system.coefficients[r * n + item];
    }
    return excess;
  }

  #changeSlope(factor: number): void {
    const { weightSlope, riskSlope, multiplierSlope } = this.#state;
    addMultiple(weightSlope, factor, this.#direction);
    addMultiple(riskSlope, factor, this.#risk);
    addMultiple(multiplierSlope, factor, this.#multipliers);
    this.#changes += Math.abs(factor) * this.#state.exposure(this.#direction);
    if (this.#changes > CANCELLATION * this.#state.exposure(weightSlope)) {
      this.#state.covarianceTimes(weightSlope, riskSlope);
      this.#changes = 0;
    }
  }
}
