import { RoundingError } from "../../errors.ts";
import { uniformSource } from "../../random/splitmix.ts";
import { EventFinder, type PathEvent } from "./events.ts";
import { optimalityError, optimalityGap } from "./optimality.ts";
import { addMultiple, type PathState } from "./path-state.ts";
import { perturb } from "./perturbation.ts";
import { rebuildInverse } from "./rebuild.ts";
import { recomputeRisk, refinePoint, refineSlope } from "./refinement.ts";
import { resetSlope } from "./starting-state.ts";
import { WorkingSetChange } from "./working-set-change.ts";

// Rounding that grows with λ is let die down by going to λ = 0 in such steps.
const LARGEST_DESCENT = 64;
const EVENTS_BETWEEN_RECOMPUTING = 40;
// Steps in λ below this fraction of it change nothing but the order of events.
const NEGLIGIBLE_STEP = 1e-12;
// A point that misses optimality by more than this, relative to its gradient, is corrected.
const OPTIMALITY_TOLERANCE = 1e-11;
// λ must fall by this fraction between corrections: what one has left, another would not mend.
const CORRECTION_SPACING = 0.5;

/** Follows one path of minimizers of ½w'Σw − λm'w from λ = ∞ to 0. */
class Path {
  readonly #state: PathState;
  readonly #change: WorkingSetChange;
  readonly #finder: EventFinder;
  readonly #uniform: () => number;
  readonly #eventLimit: number;
  readonly #stallLimit: number;
  readonly #pull: Float64Array;
  /** Receives the points at which the path turns; nothing in a correction. */
  readonly #onTurn: (() => void) | undefined;
  #eventCount = 0;
  #stalled = 0;
  #correctedLambda = Number.POSITIVE_INFINITY;
  /** Whether λ has fallen since the last change of the working set. */
  #hasMoved = false;

  constructor(state: PathState, seed: number, onTurn: (() => void) | undefined) {
    const { assetCount: n, rowCount: m } = state.problem;
    this.#state = state;
    this.#onTurn = onTurn;
    this.#change = new WorkingSetChange(state);
    this.#finder = new EventFinder(state);
    this.#pull = new Float64Array(n);
    this.#uniform = uniformSource(seed);
    this.#eventLimit = 200 * (n + m) + 2000;
    this.#stallLimit = 10 * (n + m) + 100;
    perturb(state, this.#uniform);
  }

  get eventCount(): number {
    return this.#eventCount;
  }

  /**
   * Moves to the first λ at which the starting point stops being optimal.
   *
   * @returns False when it stays optimal down to λ = 0.
   */
  start(): boolean {
    const event = this.#finder.next();
    if (event === undefined) {
      return false;
    }
    this.#state.lambda = -event.step;
    this.#state.advance(0, event.shift);
    addMultiple(this.#state.multipliers, -event.step, this.#state.multiplierSlope);
    if (this.#apply(event)) {
      this.#onTurn?.();
    }
    return true;
  }

  /**
   * Goes on to the next λ at which the path turns.
   *
   * @returns False once λ = 0 is reached; the point then is of least variance.
   */
  advance(): boolean {
    const state = this.#state;
    const event = this.#finder.next();
    const ahead = event === undefined ? state.lambda : Math.max(0, event.step);
    const descent = state.lambda - state.lambda / LARGEST_DESCENT;
    if (ahead > descent && (event !== undefined || state.lambda > this.#finder.settledLambda)) {
      state.advance(descent, 0);
      this.#hasMoved = true;
      this.#refine();
      return true;
    }
    if (event === undefined) {
      state.advance(state.lambda, 0);
      state.lambda = 0;
      this.#refine();
      return false;
    }
    this.#hasMoved ||= ahead > NEGLIGIBLE_STEP * state.lambda;
    state.advance(ahead, event.shift);
    if (this.#apply(event)) {
      if (this.#hasMoved) {
        this.#onTurn?.();
      }
      this.#hasMoved = false;
    }
    return true;
  }

  /** Changes the working set. Says whether that was possible. */
  #apply(event: PathEvent): boolean {
    const state = this.#state;
    const { item, side } = event;
    const inside = state.kkt.position[item] >= 0;
    const done = inside ? this.#change.leave(item) : this.#change.enter(item);
    if (!done) {
      state.refused[item] = 1;
      return false;
    }
    state.refused.fill(0);
    state.side[item] = side;
    if (inside && item < state.problem.assetCount) {
      const lower = side < 0;
      state.weights[item] = lower ? state.lowerOf(item) : state.upperOf(item);
      state.weightShift[item] = lower ? -state.lowerShift[item] : state.upperShift[item];
    }
    this.#refine();
    this.#countEvent();
    return true;
  }

  #refine(): void {
    const state = this.#state;
    if (this.#eventCount % EVENTS_BETWEEN_RECOMPUTING === 0) {
      recomputeRisk(state);
    }
    if (!(refineSlope(state) && refinePoint(state))) {
      rebuildInverse(state);
      recomputeRisk(state);
      this.#restartSlope();
      refinePoint(state);
    }
    const isNew = state.lambda < this.#correctedLambda * (1 - CORRECTION_SPACING);
    if (this.#onTurn === undefined || !isNew) {
      return;
    }
    const { worst, overall } = optimalityError(state, this.#pull);
    if (worst > OPTIMALITY_TOLERANCE) {
      this.#correctedLambda = state.lambda;
      if (overall <= OPTIMALITY_TOLERANCE) {
        this.#onTurn();
      }
      this.#correct();
      this.#onTurn();
    }
  }

  /** Computes the slope afresh, with a fresh K⁻¹ if the present one is no longer good enough. */
  #restartSlope(): void {
    resetSlope(this.#state);
    if (!refineSlope(this.#state)) {
      rebuildInverse(this.#state);
      resetSlope(this.#state);
      refineSlope(this.#state);
    }
  }

  /**
   * Leads a point that rounding has left beside the path back to it, at the present λ.
   *
   * The gradient is changed so that the point is optimal, and the change is then taken back
   * along a path of its own: minimizers of ½w'Σw − λm'w + τ·gap'w as τ falls from 1 to 0.
   * Where Σ hardly sees a direction that can be far; both ends then belong to the frontier.
   */
  #correct(): void {
    const state = this.#state;
    const { lambda, mean, base, misfit } = state;
    const gap = optimalityGap(state);
    for (let i = 0; i < gap.length; i++) {
      base[i] = -lambda * mean[i];
      gap[i] = -gap[i];
    }
    misfit.fill(0);
    state.mean = gap;
    state.lambda = 1;
    this.#restartSlope();
    const path = new Path(state, this.#eventCount, undefined);
    while (path.advance()) {
      // Each pass handles one event.
    }
    base.fill(0);
    state.mean = mean;
    state.lambda = lambda;
    this.#restartSlope();
    refinePoint(state);
    perturb(state, this.#uniform);
  }

  #countEvent(): void {
    this.#eventCount++;
    if (this.#eventCount > this.#eventLimit) {
      throw new RoundingError(`the critical line has not ended after ${this.#eventLimit} events`);
    }
    this.#stalled = this.#hasMoved ? 0 : this.#stalled + 1;
    if (this.#stalled > this.#stallLimit) {
      this.#stalled = 0;
      perturb(this.#state, this.#uniform);
    }
  }
}

/**
 * Follows the path of minimizers of ½w'Σw − λm'w from λ = ∞, where the state must already be
 * optimal, down to λ = 0.
 *
 * @param onTurn - Called at each λ at which the path turns, in falling order, and at 0. The
 *   state then holds the point. Called twice for one λ where the path jumps.
 * @param isEnough - Asked after each event whether the rest of the path is not needed.
 * @returns The number of changes of the working set.
 * @throws {Error} The path has not ended after 200 events for each constraint.
 */
export function followPath(
  state: PathState,
  seed: number,
  onTurn: () => void,
  isEnough: () => boolean = () => false,
): number {
  const path = new Path(state, seed, onTurn);
  let going = path.start();
  while (going) {
    if (isEnough()) {
      return path.eventCount;
    }
    going = path.advance();
  }
  onTurn();
  return path.eventCount;
}
