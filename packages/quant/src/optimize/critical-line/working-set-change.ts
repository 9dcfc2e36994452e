import { ArgumentError } from "../../errors.ts";
import { addMultiple, type PathState } from "./path-state.ts";
import { FRAGILE_VARIANCE, rebuildInverse, rebuildWithout, SINGULAR_VARIANCE } from "./rebuild.ts";
import { resetSlope } from "./starting-state.ts";
import { WorkingSetDirection } from "./working-set-direction.ts";

// A direction that Σ maps to less than this is an exact null direction.
const NULL_TOLERANCE = 1e-11;
// A direction with less Σσ|d| than this beside max |d| moves riskless assets only.
const RISKLESS_EXPOSURE = 1e-13;
// Variance more negative than this is no rounding.
const INDEFINITE_VARIANCE = -1e-9;
const DEPENDENT_ROW = 1e-10;
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
  readonly #direction: WorkingSetDirection;
  readonly #scratch: Float64Array;
  /** Size of all changes of slope since the risk of the slope was last computed from it. */
  #changes = 0;

  constructor(state: PathState) {
    const { assetCount: n, rowCount: m } = state.problem;
    this.#state = state;
    this.#direction = new WorkingSetDirection(state);
    this.#scratch = new Float64Array(n + m);
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
    if (!this.#direction.load(item) || (item < n && !this.#ensureVariance(item))) {
      return false;
    }
    const complement =
      item < n ? this.#direction.variance() : this.#state.rowSum(item - n, this.#direction.assets);
    if (item >= n && !(-complement > DEPENDENT_ROW * this.#direction.absoluteRowSum(item - n))) {
      return false;
    }
    this.#changeSlope(this.#excessSlope(item) / complement);
    for (let a = 0; a < kkt.size; a++) {
      this.#direction.lines[a] = -this.#direction.lines[a];
    }
    kkt.append(item, this.#direction.lines, complement);
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
    if (!this.#openLeaving(item)) {
      return item < n && this.#leaveAfresh(item);
    }
    const pivot = this.#direction.lines[kkt.position[item]];
    const slope = item < n ? weightSlope[item] : multiplierSlope[item - n];
    this.#changeSlope(-slope / pivot);
    const accurate = kkt.remove(item, this.#direction.lines);
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

  /** Computes the direction of an item that leaves. Says whether it is fit for use. */
  #openLeaving(item: number): boolean {
    const { kkt, problem } = this.#state;
    const isAsset = item < problem.assetCount;
    if (!(this.#direction.load(item) && (isAsset || this.#ensureVariance(item)))) {
      return false;
    }
    const pivot = this.#direction.lines[kkt.position[item]];
    return isAsset ? pivot > 0 : pivot < 0;
  }

  /** Fixes an asset without the help of K⁻¹, which has too few digits left. */
  #leaveAfresh(asset: number): boolean {
    if (!rebuildWithout(this.#state, asset)) {
      return false;
    }
    resetSlope(this.#state);
    return true;
  }

  /** Says whether Σ sees the direction, after lifting a variance too small for rounding. */
  #ensureVariance(item: number): boolean {
    const { deviations } = this.#state.problem;
    const { exposure, largest } = this.#direction;
    const variance = this.#direction.variance();
    const square = exposure * exposure;
    if (exposure <= RISKLESS_EXPOSURE * largest) {
      return false;
    }
    if (variance < FRAGILE_VARIANCE * square) {
      this.#state.kkt.noteFragility();
    }
    this.#state.isDoubtful ||= this.#state.kkt.isFragile;
    if (variance >= SINGULAR_VARIANCE * square) {
      return true;
    }
    if (variance < INDEFINITE_VARIANCE * square) {
      throw new ArgumentError("covariance is not positive semidefinite");
    }
    const seen = this.#direction.risk.some(
      (x, i) => Math.abs(x) > NULL_TOLERANCE * deviations[i] * exposure,
    );
    if (!seen) {
      return false;
    }
    this.#liftVariance(SINGULAR_VARIANCE * square - variance);
    return this.#direction.load(item) && this.#direction.variance() > 0;
  }

  /** Adds variance to the direction through the asset that bears most of it. */
  #liftVariance(missing: number): void {
    const { kkt, problem, riskSlope, weightSlope } = this.#state;
    const { assetCount: n, deviations, covariance } = problem;
    let bearer = 0;
    for (let i = 1; i < n; i++) {
      const share = deviations[i] * Math.abs(this.#direction.assets[i]);
      if (share > deviations[bearer] * Math.abs(this.#direction.assets[bearer])) {
        bearer = i;
      }
    }
    this.#state.isLifted = true;
    const increase = missing / (this.#direction.assets[bearer] * this.#direction.assets[bearer]);
    if (kkt.position[bearer] >= 0) {
      kkt.raiseDiagonal(kkt.position[bearer], increase, this.#scratch);
    }
    covariance.raise(bearer, increase);
    riskSlope[bearer] += increase * weightSlope[bearer];
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
    addMultiple(weightSlope, factor, this.#direction.assets);
    addMultiple(riskSlope, factor, this.#direction.risk);
    addMultiple(multiplierSlope, factor, this.#direction.multipliers);
    this.#changes += Math.abs(factor) * this.#direction.exposure;
    if (this.#changes > CANCELLATION * this.#state.exposure(weightSlope)) {
      this.#state.covarianceTimes(weightSlope, riskSlope);
      this.#changes = 0;
    }
  }
}
