import { decidedRows, solveDecided } from "./decided-program.ts";
import { roundedChoices } from "./incumbent.ts";
import type { Activity, IntegerProgram } from "./integer-program.ts";
import type { DecidedPoint } from "./local-search.ts";
import { solveRestricted } from "./restricted-program.ts";
import { INACTIVE, impliedBounds, type SearchNode, UNDECIDED } from "./search-node.ts";

// Share of the assets that are too many that a step drops.
const DROPPED_SHARE = 0.3;
// A distance that counts as none, relative to the largest value.
const ROUNDING = 1e-9;

/**
 * Finds a point that keeps to all choices by dropping assets from the continuous answer, the
 * lightest first, and solving again after each step, until counts are met. An asset without which
 * nothing is feasible stays.
 *
 * After each step the choices that the point suggests are tried; the best of them is the answer.
 *
 * @param root - The part that holds everything.
 * @param x - Best without the choices, length n.
 * @param activity - Index of the activity whose assets are dropped.
 * @param shouldStop - Asked before each step once something is found.
 */
export function eliminateBackward(
  program: IntegerProgram,
  root: SearchNode,
  {
    x,
    activity,
    shouldStop,
  }: {
    readonly x: Float64Array;
    readonly activity: number;
    readonly shouldStop: () => boolean;
  },
): DecidedPoint | undefined {
  const node = { ...root, choices: root.choices.map((each) => each.slice()) };
  const bounds = impliedBounds(program, node);
  if (bounds === undefined) {
    return undefined;
  }
  const elimination = new Elimination(program, node, { ...bounds, x, activity });
  let best: DecidedPoint | undefined;
  do {
    const found = solveDecided(program, root, elimination.rounded(), elimination.x);
    if (found !== undefined && !(found.objective >= (best?.objective ?? Infinity))) {
      best = found;
    }
    if (best !== undefined && (elimination.excess() <= 0 || shouldStop())) {
      return best;
    }
  } while (elimination.drop());
  return best;
}

interface Start {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly x: Float64Array;
  readonly activity: number;
}

class Elimination {
  x: Float64Array;
  readonly #program: IntegerProgram;
  readonly #node: SearchNode;
  readonly #lower: Float64Array;
  readonly #upper: Float64Array;
  readonly #index: number;
  readonly #activity: Activity | undefined;
  readonly #needed = new Set<number>();

  constructor(program: IntegerProgram, node: SearchNode, { x, activity, lower, upper }: Start) {
    this.#program = program;
    this.#node = node;
    this.#lower = lower;
    this.#upper = upper;
    this.#index = activity;
    this.#activity = program.activities[activity];
    this.x = x;
  }

  rounded(): readonly Int8Array[] {
    return roundedChoices(this.#program, this.#node.choices, this.x);
  }

  /** By how many assets a count is exceeded, at most. */
  excess(): number {
    const counts = this.#activity?.counts ?? [];
    return counts.reduce(
      (worst, count) => Math.max(worst, this.#activeOf(count.members).length - count.most),
      0,
    );
  }

  /** Drops some assets; false when none is left that can be. */
  drop(): boolean {
    const candidates = this.#candidates();
    let size = Math.max(1, Math.ceil(DROPPED_SHARE * this.excess()));
    for (let first = 0; first < candidates.length; ) {
      const dropped = candidates.slice(first, first + size);
      if (this.#dropAll(dropped)) {
        return true;
      }
      if (size === 1) {
        this.#needed.add(candidates[first]);
        first++;
      }
      size = 1;
    }
    return false;
  }

  #dropAll(assets: readonly number[]): boolean {
    const { system } = this.#program;
    const choices = this.#node.choices[this.#index];
    const lower = Float64Array.from(this.#lower);
    const upper = Float64Array.from(this.#upper);
    const open = new Set(this.#activeOf(choices.keys()));
    for (const i of assets) {
      open.delete(i);
    }
    for (const [i, middle] of this.#activity?.center.entries() ?? []) {
      if (choices[i] === UNDECIDED && !open.has(i)) {
        lower[i] = middle;
        upper[i] = middle;
      }
    }
    const rowLower = decidedRows(this.#program, this.#node.choices);
    const point = solveRestricted(this.#program, { ...system, lower, upper, rowLower }, this.x);
    if (point === undefined) {
      return false;
    }
    this.x = point.x;
    for (const i of assets) {
      choices[i] = INACTIVE;
    }
    return true;
  }

  /** Lists what may be dropped, the lightest first: of counts that are exceeded, or else any. */
  #candidates(): number[] {
    const { center, counts } = this.#activity ?? { center: new Float64Array(0), counts: [] };
    const { rows: n, values } = this.#program.matrix;
    const exceeded = counts.filter(({ members, most }) => this.#activeOf(members).length > most);
    const members =
      exceeded.length > 0 ? exceeded.flatMap((count) => count.members) : center.keys();
    const choices = this.#node.choices[this.#index];
    const weight = (i: number) => Math.abs(this.x[i] - center[i]) * Math.sqrt(values[i * n + i]);
    return [...new Set(this.#activeOf(members))]
      .filter((i) => choices[i] === UNDECIDED && !this.#needed.has(i))
      .sort((i, j) => weight(i) - weight(j));
  }

  #activeOf(members: Iterable<number>): number[] {
    const center = this.#activity?.center ?? new Float64Array(0);
    const size = this.x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return Array.from(members).filter((i) => Math.abs(this.x[i] - center[i]) > ROUNDING * size);
  }
}
