import { ArgumentError } from "../../errors.ts";
import { addMultiple, largestMagnitude, type PathState } from "./path-state.ts";
import { rebuildInverse, SINGULAR_VARIANCE } from "./rebuild.ts";

// A direction that Σ maps to less than this is an exact null direction.
const NULL_TOLERANCE = 1e-11;
// A direction with less Σσ|d| than this beside max |d| moves riskless assets only.
const RISKLESS_EXPOSURE = 1e-13;
// Variance more negative than this is no rounding.
const INDEFINITE_VARIANCE = -1e-9;
const DEPENDENT_ROW = 1e-10;
const RESIDUAL_TOLERANCE = 1e-11;
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
  /** Its assets, length n, and its multipliers, length m. */
  readonly #direction: Float64Array;
  readonly #multipliers: Float64Array;
  /** Σ times the direction, and A' times its multipliers. */
  readonly #risk: Float64Array;
  readonly #pull: Float64Array;
  /** Size of all changes of slope since the risk of the slope was last computed from it. */
  #changes = 0;

  constructor(state: PathState) {
    const { assetCount: n, rowCount: m } = state.problem;
    this.#state = state;
    this.#lines = new Float64Array(n + m);
    this.#scratch = new Float64Array(n + m);
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
    this.#loadEntering(item);
    if (item < n && !this.#ensureVariance(() => this.#loadEntering(item))) {
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
    return true;
  }

  /**
   * Fixes an asset at a bound, or drops an active row.
   *
   * @returns Whether it was done. Refused for a direction that Σ maps to 0.
   */
  leave(item: number): boolean {
    const { kkt, problem, weightSlope, multipliers, multiplierSlope, multiplierShift } =
      this.#state;
    const n = problem.assetCount;
    this.#loadLeaving(item);
    if (item >= n && !this.#ensureVariance(() => this.#loadLeaving(item))) {
      return false;
    }
    const pivot = this.#lines[kkt.position[item]];
    const slope = item < n ? weightSlope[item] : multiplierSlope[item - n];
    this.#changeSlope(-slope / pivot);
    const accurate = kkt.remove(item, this.#lines);
    if (!accurate) {
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

  /** Loads (−K⁻¹v; 1) for the border line v of a new item. */
  #loadEntering(item: number): void {
    const { kkt } = this.#state;
    kkt.border(item, this.#scratch);
    kkt.multiply(this.#scratch, this.#lines);
    for (let a = 0; a < kkt.size; a++) {
      this.#lines[a] = -this.#lines[a];
    }
    this.#spread(item);
    this.#correct(item);
  }

  /** Loads the item's column of K⁻¹. */
  #loadLeaving(item: number): void {
    const { kkt } = this.#state;
    kkt.column(kkt.position[item], this.#lines);
    this.#spread(-1);
    this.#correct(item);
  }

  /** Spreads the lines over assets and rows, with 1 for an item that is not in K yet. */
  #spread(entering: number): void {
    const { kkt, problem } = this.#state;
    const n = problem.assetCount;
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
    if (entering >= n) {
      this.#multipliers[entering - n] = 1;
    } else if (entering >= 0) {
      this.#direction[entering] = 1;
    }
    this.#state.covarianceTimes(this.#direction, this.#risk);
    this.#state.pull(this.#multipliers, this.#pull);
    if (entering >= n) {
      const { coefficients } = problem.system;
      for (let i = 0; i < n; i++) {
        this.#pull[i] += coefficients[(entering - n) * n + i];
      }
    }
  }

  /** Takes out what drift of K⁻¹ has left of the direction's residual. */
  #correct(own: number): void {
    const { kkt } = this.#state;
    const exposure = this.#state.exposure(this.#direction);
    const residual = new Float64Array(kkt.size);
    let worst = 0;
    for (let a = 0; a < kkt.size; a++) {
      if (kkt.items[a] !== own) {
        residual[a] = this.#residual(kkt.items[a]);
        const scale = this.#scale(kkt.items[a], exposure);
        worst = Math.max(worst, scale > 0 ? Math.abs(residual[a]) / scale : 0);
      }
    }
    if (worst > RESIDUAL_TOLERANCE) {
      kkt.multiply(residual, this.#scratch);
      addMultiple(this.#lines.subarray(0, kkt.size), -1, this.#scratch);
      this.#spread(kkt.position[own] >= 0 ? -1 : own);
    }
  }

  #residual(item: number): number {
    const n = this.#state.problem.assetCount;
    return item < n
      ? this.#risk[item] + this.#pull[item]
      : this.#state.rowSum(item - n, this.#direction);
  }

  #scale(item: number, exposure: number): number {
    const { assetCount: n, deviations } = this.#state.problem;
    return item < n
      ? deviations[item] * exposure + Math.abs(this.#pull[item])
      : this.#absoluteRowSum(item - n);
  }

  /** Says whether Σ sees the direction, after lifting a variance too small for rounding. */
  #ensureVariance(reload: () => void): boolean {
    const { deviations } = this.#state.problem;
    const exposure = this.#state.exposure(this.#direction);
    const variance = this.#variance();
    const square = exposure * exposure;
    if (exposure <= RISKLESS_EXPOSURE * largestMagnitude(this.#direction)) {
      return false;
    }
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
    reload();
    return this.#variance() > 0;
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
