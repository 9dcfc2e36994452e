import type { IntegerProgram } from "./integer-program.ts";
import { ABOVE, ACTIVE, BELOW, INACTIVE } from "./search-node.ts";

/** A point that is best with all choices made. */
export interface DecidedPoint {
  readonly objective: number;
  readonly choices: readonly Int8Array[];
  readonly x: Float64Array;
  /** Rate at which the objective changes as each asset moves up from its center, length n. */
  readonly slopes: Float64Array;
}

/** Where to look for better points. */
export interface Neighborhood<Point extends DecidedPoint> {
  readonly program: IntegerProgram;
  /** Solves the program with all choices made, from a point nearby; nothing when that is infeasible. */
  readonly evaluate: (choices: readonly Int8Array[], near: Float64Array) => Point | undefined;
  /**
   * Estimates by how much the objective falls at most when one more asset becomes active; length n.
   * Without it, gradients rank the assets, and none is ruled out.
   */
  readonly gains?: (point: DecidedPoint, activity: number) => Float64Array;
  /** Asked before each evaluation. */
  readonly shouldStop: () => boolean;
}

/** An asset that enters at a point. */
interface Move {
  readonly base: DecidedPoint;
  readonly asset: number;
  /** The least that the objective may fall to. */
  readonly estimate: number;
}

// Assets to come in, for one that leaves, and for each of two.
const SINGLE_CANDIDATES = 8;
const PAIR_CANDIDATES = 3;
// An objective that falls by less than this fraction is no better.
const ROUNDING = 1e-12;

/**
 * Improves a point by exchanging one active asset, and where that no longer helps two at once.
 *
 * For each that leaves, the program is solved without it, and what is known there tells which
 * inactive assets promise most.
 */
export function improveLocally<Point extends DecidedPoint>(
  first: Point,
  neighborhood: Neighborhood<Point>,
): Point {
  if (neighborhood.program.activities.length === 0) {
    return first;
  }
  const search = new LocalSearch(neighborhood);
  let best = first;
  for (;;) {
    const better = search.betterThan(best);
    if (better === undefined) {
      return best;
    }
    best = better;
  }
}

class LocalSearch<Point extends DecidedPoint> {
  readonly #neighborhood: Neighborhood<Point>;
  /** The activity whose assets are exchanged: the first that counts. */
  readonly #activity: number;

  constructor(neighborhood: Neighborhood<Point>) {
    this.#neighborhood = neighborhood;
    const { activities } = neighborhood.program;
    this.#activity = Math.max(
      0,
      activities.findIndex(({ counts }) => counts.length > 0),
    );
  }

  /** Finds a better neighbor; nothing when there is none, or no time. */
  betterThan(best: Point): Point | undefined {
    const active = this.#active(best);
    const least = best.objective - ROUNDING * Math.abs(best.objective);
    return (
      this.#withOneMore(best, least, SINGLE_CANDIDATES) ??
      this.#withOneOther(best, active, least) ??
      this.#withTwoOthers(best, active, least)
    );
  }

  #withOneOther(best: Point, active: readonly number[], least: number): Point | undefined {
    for (const leaving of active) {
      const choices = this.#drop(best.choices, leaving);
      const without = this.#evaluate(choices, best.x);
      if (without !== undefined && without.objective < least) {
        return without;
      }
      const { objective, x, slopes } = best;
      const entries =
        without === undefined
          ? this.#promised({ objective, x, slopes, choices }, [leaving])
          : this.#moves(without, least, [leaving]);
      const better = this.#firstBetter(entries.slice(0, SINGLE_CANDIDATES), least);
      if (better !== undefined) {
        return better;
      }
    }
    return undefined;
  }

  #withTwoOthers(best: Point, active: readonly number[], least: number): Point | undefined {
    for (const [k, first] of active.entries()) {
      for (const second of active.slice(0, k)) {
        const choices = this.#drop(this.#drop(best.choices, first), second);
        const without = this.#evaluate(choices, best.x);
        const better = without && this.#withTwoMore(without, least, [first, second]);
        if (better !== undefined) {
          return better;
        }
      }
    }
    return undefined;
  }

  #withTwoMore(base: Point, least: number, barred: readonly number[]): Point | undefined {
    const entries = this.#moves(base, Number.POSITIVE_INFINITY, barred).slice(0, PAIR_CANDIDATES);
    for (const { asset } of entries) {
      const middle = this.#evaluate(this.#add(base, asset), base.x);
      const better = middle && this.#withOneMore(middle, least, PAIR_CANDIDATES, barred);
      if (better !== undefined) {
        return better;
      }
    }
    return undefined;
  }

  #withOneMore(
    base: DecidedPoint,
    least: number,
    candidates: number,
    barred: readonly number[] = [],
  ): Point | undefined {
    return this.#firstBetter(this.#moves(base, least, barred).slice(0, candidates), least);
  }

  #firstBetter(moves: readonly Move[], least: number): Point | undefined {
    for (const { base, asset } of moves) {
      const found = this.#evaluate(this.#add(base, asset), base.x);
      if (found !== undefined && found.objective < least) {
        return found;
      }
    }
    return undefined;
  }

  #evaluate(choices: readonly Int8Array[], near: Float64Array): Point | undefined {
    const { shouldStop, evaluate } = this.#neighborhood;
    return shouldStop() ? undefined : evaluate(choices, near);
  }

  #drop(choices: readonly Int8Array[], asset: number): readonly Int8Array[] {
    return choices.map((each, a) => (a === this.#activity ? each.with(asset, INACTIVE) : each));
  }

  #add({ choices, slopes }: DecidedPoint, asset: number): readonly Int8Array[] {
    const side = slopes[asset] > 0 ? BELOW : ABOVE;
    return choices.map((each, a) => (a === this.#activity ? each.with(asset, side) : each));
  }

  /** Lists active assets, the lightest first. */
  #active({ choices, x }: Point): number[] {
    const { program } = this.#neighborhood;
    const { center } = program.activities[this.#activity];
    const weight = (i: number) => Math.abs(x[i] - center[i]) * this.#deviation(i);
    const active = Array.from(center.keys()).filter((i) => choices[this.#activity][i] >= ACTIVE);
    return active.sort((i, j) => weight(i) - weight(j));
  }

  /** Lists the entries that may lead below `least` from a solved point, the best estimate first. */
  #moves(base: DecidedPoint, least: number, barred: readonly number[]): Move[] {
    const gains = this.#neighborhood.gains?.(base, this.#activity);
    if (gains === undefined) {
      return this.#promised(base, barred);
    }
    return Array.from(gains, (gain, asset) => ({ base, asset, estimate: base.objective - gain }))
      .filter(({ asset, estimate }) => estimate < least && !barred.includes(asset))
      .sort((a, b) => a.estimate - b.estimate);
  }

  /** Lists the entries of which gradients promise something, the most promising first. */
  #promised(base: DecidedPoint, barred: readonly number[]): Move[] {
    const { choices, slopes } = base;
    const { program } = this.#neighborhood;
    const { center } = program.activities[this.#activity];
    const { lower, upper } = program.system;
    const promises = Array.from(center, (middle, i) => {
      const rise = upper[i] > middle ? -slopes[i] : 0;
      const fall = lower[i] < middle ? slopes[i] : 0;
      return Math.max(rise, fall) / this.#deviation(i);
    });
    return Array.from(center.keys())
      .filter((i) => choices[this.#activity][i] === INACTIVE && promises[i] > 0)
      .filter((i) => !barred.includes(i))
      .sort((i, j) => promises[j] - promises[i])
      .map((asset) => ({ base, asset, estimate: Number.NEGATIVE_INFINITY }));
  }

  #deviation(i: number): number {
    const { rows: n, values } = this.#neighborhood.program.matrix;
    return Math.sqrt(values[i * n + i]) || 1;
  }
}
