import { AT_LOWER, AT_UPPER, largestMagnitude, type PathState } from "./path-state.ts";

/** A change of the working set, and how far below the current λ it happens. */
export interface PathEvent {
  /** The asset or row that changes. */
  readonly item: number;
  /** Bound that an asset or row reaches; 0 when a constraint is dropped. */
  readonly side: number;
  /** Distance in λ, and for equal distances the order in the perturbed problem. */
  readonly step: number;
  readonly shift: number;
}

// Relative sizes below which a number counts as rounding: of multipliers, of the part of them
// that grows with λ, of weights, and of a weight's speed beside the fastest.
const MULTIPLIER_TOLERANCE = 1e-13;
const LAMBDA_TOLERANCE = 4e-15;
const WEIGHT_TOLERANCE = 1e-13;
const SPEED_TOLERANCE = 1e-11;

/**
 * Finds the next event on a path.
 *
 * Each constraint keeps a room that must not become negative: room(λ − t) = room − t·speed.
 * Only a constraint that would be broken before λ = 0 has an event, so that rounding of a
 * room that stays 0 makes none. Rooms may end up negative by their tolerance, and all events
 * within it count as simultaneous (Harris's ratio test); among them the perturbation decides.
 */
export class EventFinder {
  readonly #state: PathState;
  readonly #pull: Float64Array;
  readonly #pullSlope: Float64Array;
  readonly #items: Int32Array;
  readonly #sides: Int8Array;
  readonly #steps: Float64Array;
  readonly #shifts: Float64Array;
  /** Tolerance of a multiplier for each unit of an asset's deviation, and the rest of it. */
  #deviationTolerance = 0;
  #plainTolerance = 0;
  #freeDeviation = 0;
  /** Speed of a weight or row that counts as 0. */
  #slowest = 0;
  #count = 0;
  /** Furthest step that breaks no constraint by more than its tolerance. */
  #limit = Number.POSITIVE_INFINITY;

  constructor(state: PathState) {
    const { assetCount: n, rowCount: m } = state.problem;
    this.#state = state;
    this.#pull = new Float64Array(n);
    this.#pullSlope = new Float64Array(n);
    // A row may be checked against both of its limits.
    this.#items = new Int32Array(2 * (n + m));
    this.#sides = new Int8Array(2 * (n + m));
    this.#steps = new Float64Array(2 * (n + m));
    this.#shifts = new Float64Array(2 * (n + m));
  }

  /** Finds the next event, or nothing when the segment reaches λ = 0. */
  next(): PathEvent | undefined {
    this.#count = 0;
    this.#limit = Number.POSITIVE_INFINITY;
    this.#measure();
    this.#offerMultipliers();
    this.#offerWeights();
    this.#offerRows();
    let best = -1;
    for (let k = 0; k < this.#count; k++) {
      if (this.#steps[k] <= this.#limit && (best === -1 || this.#shifts[k] < this.#shifts[best])) {
        best = k;
      }
    }
    if (best === -1) {
      return undefined;
    }
    return {
      item: this.#items[best],
      side: this.#sides[best],
      step: this.#steps[best],
      shift: this.#shifts[best],
    };
  }

  /**
   * Largest λ at which rounding that grows with λ stays below the other rounding, both here
   * and at the end of the segment, where the weights may have all but canceled.
   */
  get settledLambda(): number {
    const { lambda, weights, weightSlope, problem } = this.#state;
    const end = weights.map((w, i) => w - lambda * weightSlope[i]);
    const exposure = Math.min(this.#state.weightExposure(), this.#state.weightExposure(end));
    return exposure * largestMagnitude(problem.deviations);
  }

  /** Computes what the tolerances of all constraints have in common. */
  #measure(): void {
    const { lambda, base } = this.#state;
    const slopeExposure = this.#state.slopeExposure();
    this.#freeDeviation = this.#largestFreeDeviation();
    this.#slowest = SPEED_TOLERANCE * this.#state.largestSlope();
    this.#deviationTolerance =
      MULTIPLIER_TOLERANCE * this.#state.weightExposure() +
      LAMBDA_TOLERANCE * lambda * slopeExposure;
    this.#plainTolerance = LAMBDA_TOLERANCE * (largestMagnitude(base) + lambda);
  }

  #offer(
    item: number,
    side: number,
    room: number,
    speed: number,
    shift: number,
    tolerance: number,
  ): void {
    const { lambda } = this.#state;
    if (!(speed > 0 && room - lambda * speed < -tolerance)) {
      return;
    }
    const k = this.#count++;
    this.#items[k] = item;
    this.#sides[k] = side;
    this.#steps[k] = room / speed;
    this.#shifts[k] = shift / speed;
    this.#limit = Math.min(this.#limit, (room + tolerance) / speed);
  }

  /** Offers every fixed asset whose multiplier is about to change sign. */
  #offerMultipliers(): void {
    const { problem, kkt, mean, lambda, side, frozen, refused } = this.#state;
    const { risk, riskSlope, base, misfit, gradientShift, multiplierShift } = this.#state;
    const { assetCount: n, deviations } = problem;
    const pull = this.#pull;
    const pullSlope = this.#pullSlope;
    this.#state.pull(this.#state.multipliers, pull);
    this.#state.pull(this.#state.multiplierSlope, pullSlope);
    for (let i = 0; i < n; i++) {
      if (kkt.position[i] >= 0 || frozen[i] === 1 || refused[i] === 1) {
        continue;
      }
      const sign = -side[i];
      const speed = sign * (riskSlope[i] - mean[i] + pullSlope[i]);
      const room = sign * (risk[i] + base[i] + misfit[i] - lambda * mean[i] + pull[i]);
      if (!(speed > 0 && room - lambda * speed < 0)) {
        continue;
      }
      const deviation = Math.max(deviations[i], this.#freeDeviation);
      this.#offer(
        i,
        0,
        room,
        speed,
        sign * (gradientShift[i] + this.#state.pullOn(i, multiplierShift)),
        this.#deviationTolerance * deviation + this.#plainTolerance,
      );
    }
  }

  #largestFreeDeviation(): number {
    const { kkt, problem } = this.#state;
    const { assetCount: n, deviations } = problem;
    let largest = 0;
    for (let a = 0; a < kkt.size; a++) {
      const item = kkt.items[a];
      if (item < n && deviations[item] > largest) {
        largest = deviations[item];
      }
    }
    return largest;
  }

  /** Offers every free asset that is about to reach a bound. */
  #offerWeights(): void {
    const { problem, weights, weightSlope, weightShift, lowerShift, upperShift } = this.#state;
    const { refused } = this.#state;
    const { assetCount: n, system } = problem;
    for (let i = 0; i < n; i++) {
      const speed = weightSlope[i];
      if (Math.abs(speed) <= this.#slowest || !this.#state.isFree(i) || refused[i] === 1) {
        continue;
      }
      if (speed > 0) {
        const room = weights[i] - system.lower[i];
        this.#offer(i, AT_LOWER, room, speed, weightShift[i] + lowerShift[i], WEIGHT_TOLERANCE);
      } else {
        const room = system.upper[i] - weights[i];
        this.#offer(i, AT_UPPER, room, -speed, upperShift[i] - weightShift[i], WEIGHT_TOLERANCE);
      }
    }
  }

  /** Offers active rows whose multiplier changes sign and inactive ones that reach a limit. */
  #offerRows(): void {
    const { problem, multiplierSlope, side, frozen, refused } = this.#state;
    const { multipliers, multiplierShift } = this.#state;
    const { assetCount: n, rowCount: m } = problem;
    const tolerance = this.#deviationTolerance * this.#freeDeviation + this.#plainTolerance;
    for (let r = 0; r < m; r++) {
      const item = n + r;
      const sign = side[item];
      if (!this.#state.isActive(r)) {
        this.#offerInactiveRow(r);
      } else if (frozen[item] === 0 && refused[item] === 0) {
        const room = sign * multipliers[r];
        const shift = sign * multiplierShift[r];
        this.#offer(item, 0, room, sign * multiplierSlope[r], shift, tolerance);
      }
    }
  }

  #offerInactiveRow(row: number): void {
    const { problem, weights, weightSlope, weightShift, lowerShift, upperShift } = this.#state;
    const { assetCount: n, system } = problem;
    const speed = this.#state.rowSum(row, weightSlope);
    if (Math.abs(speed) <= this.#slowest || this.#state.refused[n + row] === 1) {
      return;
    }
    const value = this.#state.rowSum(row, weights);
    const shift = this.#state.rowSum(row, weightShift);
    if (speed > 0) {
      const room = value - system.rowLower[row];
      const shiftRoom = shift + lowerShift[n + row];
      this.#offer(n + row, AT_LOWER, room, speed, shiftRoom, WEIGHT_TOLERANCE);
    } else {
      const room = system.rowUpper[row] - value;
      const shiftRoom = upperShift[n + row] - shift;
      this.#offer(n + row, AT_UPPER, room, -speed, shiftRoom, WEIGHT_TOLERANCE);
    }
  }
}
