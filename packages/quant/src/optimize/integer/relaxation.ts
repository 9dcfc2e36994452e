import { multiplyVector } from "../../linalg/matrix.ts";
import { ActiveSet } from "../active-set/active-set.ts";
import { objectiveOf } from "../active-set/certify.ts";
import type { QuadraticProgram, WorkingSet } from "../active-set/quadratic-program.ts";
import { scaleProgram } from "../active-set/scaled-program.ts";
import { solveScaled } from "../active-set/solve-scaled.ts";
import type { Activity, IntegerProgram } from "./integer-program.ts";
import { ACTIVE, BELOW, INACTIVE, UNDECIDED } from "./search-node.ts";
import {
  CURVED_ABOVE,
  CURVED_BELOW,
  STRAIGHT_ABOVE,
  STRAIGHT_BELOW,
  slotSides,
  splitSlots,
} from "./slots.ts";

/** What a relaxation takes from a node. */
export interface RelaxationPart {
  readonly choices: Int8Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Price of each count of the priced activity, not negative. */
  readonly prices: Float64Array;
  readonly start: WorkingSet;
}

/** A solved relaxation. */
export interface RelaxedPoint {
  /** The point, length n. */
  readonly x: Float64Array;
  /** Nothing in the node's part has an objective below this. */
  readonly bound: number;
  /** How much of an undecided asset is active, 0 to 1; 1 for active ones; length n. */
  readonly shares: Float64Array;
  /** Rate at which the objective changes as each asset moves up from its center, length n. */
  readonly slopes: Float64Array;
  readonly workingSet: WorkingSet;
}

/**
 * Solves relaxations of an integer program, one after another.
 *
 * With vᵢ the distance from the center and zᵢ the share that is active, the objective's part
 * ½dᵢvᵢ² is ½dᵢvᵢ²/zᵢ at whole zᵢ, and the latter is convex: the perspective reformulation. Counts
 * Σzᵢ ≤ K are priced into the objective, π a unit. For a given vᵢ the best zᵢ is |vᵢ|√(dᵢ/2π), as
 * far as the least and the largest distance allow, so that what is left is a convex function of
 * vᵢ, straight up to a knot and curved beyond it: two parts above the center and two below.
 *
 * @see Frangioni & Gentile (2006), "Perspective cuts for a class of convex 0–1 mixed integer
 *   programs", doi:10.1007/s10107-005-0594-3
 */
export class Relaxation {
  readonly #diagonal: Float64Array;
  readonly #activity: Activity;
  readonly #split: QuadraticProgram;
  readonly #state: ActiveSet;
  /** Gradient and objective at the center. */
  readonly #gradient: Float64Array;
  readonly #centerObjective: number;
  readonly #knots: Float64Array;
  readonly #parts: Float64Array;
  readonly #assetPrices: Float64Array;
  /** Slots an asset: 4, or 2 when nothing can be below its center. */
  readonly #slots: number;

  /**
   * @param activity - The priced one.
   * @param diagonal - d, so that H − diag(d) is positive semidefinite; length n.
   */
  constructor(program: IntegerProgram, activity: Activity, diagonal: Float64Array) {
    const n = program.linear.length;
    this.#diagonal = diagonal;
    this.#activity = activity;
    const image = multiplyVector(program.matrix, activity.center);
    this.#gradient = image.map((value, i) => value + program.linear[i]);
    this.#centerObjective = objectiveOf(
      { quadratic: { matrix: program.matrix }, linear: program.linear, system: program.system },
      activity.center,
    );
    const isAbove = program.system.lower.every((limit, i) => limit >= activity.center[i]);
    this.#slots = isAbove ? 2 : 4;
    this.#split = splitSlots(program, activity, diagonal, this.#gradient, this.#slots);
    this.#state = new ActiveSet(scaleProgram(this.#split));
    this.#knots = new Float64Array(2 * n);
    this.#parts = new Float64Array(this.#slots * n);
    this.#assetPrices = new Float64Array(n);
  }

  /** A working set to start from when there is no better one: everything at the center. */
  emptyStart(): WorkingSet {
    const { n, m } = this.#state.program;
    return new Int8Array(n + m).fill(-1, 0, n);
  }

  /** Guesses the working set of a point without prices. */
  startNear(x: Float64Array): WorkingSet {
    const start = this.emptyStart();
    start.set(slotSides(x, this.#activity, this.#slots));
    return start;
  }

  /** Solves a relaxation; nothing when it is infeasible, and so is the node. */
  solve(part: RelaxationPart): RelaxedPoint | undefined {
    const constant = this.#writeParts(part);
    const state = this.#state;
    const { size } = state.program;
    const end = solveScaled(state, part.start);
    if (end === "infeasible") {
      return undefined;
    }
    const x = Float64Array.from(this.#activity.center);
    for (let p = 0; p < this.#parts.length; p++) {
      this.#parts[p] = state.value[p] * size;
      x[Math.floor(p / this.#slots)] += this.#parts[p];
    }
    // A relaxation that stalled bounds nothing.
    const value = end === "done" ? objectiveOf(this.#split, this.#parts) : Number.NEGATIVE_INFINITY;
    return {
      x,
      bound: this.#centerObjective + constant + value,
      shares: this.#shares(part.choices),
      slopes: this.#slopes(),
      workingSet: state.workingSet.slice(),
    };
  }

  /** Sets up all parts of a node. Returns what the choices and the counts add to the objective. */
  #writeParts(part: RelaxationPart): number {
    const { size, slope, lower, upper, linear } = this.#state.program;
    const bounds = this.#split.system;
    bounds.lower.fill(0);
    bounds.upper.fill(0);
    this.#split.linear.fill(0);
    const constant = this.#writePrices(part);
    for (let i = 0; i < part.choices.length; i++) {
      this.#writeAsset(i, part);
    }
    for (let p = 0; p < this.#parts.length; p++) {
      lower[p] = bounds.lower[p] / size;
      upper[p] = bounds.upper[p] / size;
      linear[p] = this.#split.linear[p] / slope;
      this.#state.linear[p] = linear[p];
    }
    for (const [i, row] of (this.#activity.rowsWhenActive ?? []).entries()) {
      if (row >= 0) {
        const isHeld = part.choices[i] >= ACTIVE && part.choices[i] !== BELOW;
        lower[this.#parts.length + row] = isHeld ? 0 : Number.NEGATIVE_INFINITY;
      }
    }
    return constant;
  }

  #writePrices({ choices, prices }: RelaxationPart): number {
    const { counts } = this.#activity;
    this.#assetPrices.fill(0);
    let constant = 0;
    for (let g = 0; g < counts.length; g++) {
      const { members, most } = counts[g];
      let room = most;
      let undecided = 0;
      for (const i of members) {
        room -= Number(choices[i] >= ACTIVE);
        undecided += Number(choices[i] === UNDECIDED);
      }
      // A count that cannot be exceeded has no price.
      if (prices[g] > 0 && undecided > room) {
        constant -= prices[g] * room;
        for (const i of members) {
          this.#assetPrices[i] += prices[g];
        }
      }
    }
    return constant;
  }

  #writeAsset(i: number, { choices, lower, upper }: RelaxationPart): void {
    const { center, leastAbove, leastBelow } = this.#activity;
    const bounds = this.#split.system;
    const least = lower[i] - center[i];
    const most = upper[i] - center[i];
    const first = this.#slots * i;
    if (choices[i] === INACTIVE) {
      return;
    }
    if (choices[i] !== UNDECIDED) {
      bounds.lower[first + CURVED_ABOVE] = least;
      bounds.upper[first + CURVED_ABOVE] = most;
      this.#split.linear[first + CURVED_ABOVE] = this.#gradient[i];
      return;
    }
    const above = this.#knot(i, leastAbove[i], Math.max(0, most));
    const below = this.#knot(i, leastBelow[i], Math.max(0, -least));
    this.#knots[2 * i] = above;
    this.#knots[2 * i + 1] = below;
    bounds.upper[first + STRAIGHT_ABOVE] = above;
    bounds.upper[first + CURVED_ABOVE] = Math.max(0, most) - above;
    const { linear } = this.#split;
    linear[first + STRAIGHT_ABOVE] = this.#gradient[i] + this.#straightSlope(i, above);
    linear[first + CURVED_ABOVE] = this.#gradient[i] + this.#diagonal[i] * above;
    if (this.#slots > CURVED_BELOW) {
      bounds.lower[first + STRAIGHT_BELOW] = -below;
      bounds.lower[first + CURVED_BELOW] = below - Math.max(0, -least);
      linear[first + STRAIGHT_BELOW] = this.#gradient[i] - this.#straightSlope(i, below);
      linear[first + CURVED_BELOW] = this.#gradient[i] - this.#diagonal[i] * below;
    }
  }

  /** Distance up to which an asset is cheaper in part than whole. */
  #knot(i: number, least: number, most: number): number {
    const price = this.#assetPrices[i];
    const free = price > 0 ? Math.sqrt((2 * price) / this.#diagonal[i]) : 0;
    return Math.min(most, Math.max(least, free));
  }

  #straightSlope(i: number, knot: number): number {
    if (!(knot > 0 && knot < Number.POSITIVE_INFINITY)) {
      return 0;
    }
    return (this.#diagonal[i] * knot) / 2 + this.#assetPrices[i] / knot;
  }

  #shares(choices: Int8Array): Float64Array {
    const parts = this.#parts;
    return Float64Array.from(choices, (choice, i) => {
      if (choice !== UNDECIDED) {
        return choice === INACTIVE ? 0 : 1;
      }
      const first = this.#slots * i;
      const above = parts[first + STRAIGHT_ABOVE] + parts[first + CURVED_ABOVE];
      const hasBelow = this.#slots > CURVED_BELOW;
      const below = hasBelow ? -parts[first + STRAIGHT_BELOW] - parts[first + CURVED_BELOW] : 0;
      const share = shareOf(above, this.#knots[2 * i]) + shareOf(below, this.#knots[2 * i + 1]);
      return Math.min(1, share);
    });
  }

  /** Gradients less what the rows pay, with no price for being active. */
  #slopes(): Float64Array {
    const { multiplier, program } = this.#state;
    return this.#gradient.map((gradient, i) => {
      const slot = this.#slots * i + CURVED_ABOVE;
      return multiplier[slot] * program.slope - this.#split.linear[slot] + gradient;
    });
  }
}

// Below this fraction of the knot, a distance is rounding.
const SHARE_ZERO = 1e-9;

function shareOf(distance: number, knot: number): number {
  if (!(distance > SHARE_ZERO * knot && distance > Number.EPSILON)) {
    return 0;
  }
  return knot > 0 ? Math.min(1, distance / knot) : 1;
}
