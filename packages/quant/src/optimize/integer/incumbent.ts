import type { CountLimit, IntegerProgram } from "./integer-program.ts";
import type { RelaxedPoint } from "./relaxation.ts";
import { ABOVE, ACTIVE, BELOW, INACTIVE, UNDECIDED } from "./search-node.ts";

/** The best point so far. */
export interface Incumbent {
  readonly x: Float64Array;
  readonly objective: number;
  /** Bounds that its choices leave, length n. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly choices: readonly Int8Array[];
  readonly point: RelaxedPoint;
}

// A distance that counts as none, relative to the largest value.
const ROUNDING = 1e-9;

/**
 * Decides everything that a node leaves open by a look at a point: what is active in the point is
 * active, as far as counts let it, the weightiest first.
 *
 * @param choices - The node's, one array an activity.
 */
export function roundedChoices(
  program: IntegerProgram,
  choices: readonly Int8Array[],
  x: Float64Array,
): readonly Int8Array[] {
  const n = x.length;
  const size = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return program.activities.map(({ center, counts, leastAbove, leastBelow }, a) => {
    const rounded = choices[a].map((choice, i) => {
      const distance = x[i] - center[i];
      if (choice === UNDECIDED) {
        return Math.abs(distance) > ROUNDING * size ? sideOf(distance) : INACTIVE;
      }
      const isSided = leastAbove[i] > 0 || leastBelow[i] > 0;
      return choice === ACTIVE && isSided ? sideOf(distance) : choice;
    });
    const weight = (i: number) =>
      Math.abs(x[i] - center[i]) * Math.sqrt(program.matrix.values[i * n + i]);
    for (const count of counts) {
      dropLightest(count, choices[a], rounded, weight);
    }
    return rounded;
  });
}

function sideOf(distance: number): number {
  return distance < 0 ? BELOW : ABOVE;
}

function dropLightest(
  { members, most }: CountLimit,
  choices: Int8Array,
  rounded: Int8Array,
  weight: (i: number) => number,
): void {
  const active = members.filter((i) => rounded[i] >= ACTIVE);
  const open = active.filter((i) => choices[i] === UNDECIDED);
  open.sort((i, j) => weight(i) - weight(j));
  for (const i of open.slice(0, Math.max(0, active.length - most))) {
    rounded[i] = INACTIVE;
  }
}

const SWAP_CANDIDATES = 8;
const SWAP_LIMIT = 400;

/** A point with all choices made. */
export interface DecidedChoices {
  readonly objective: number;
  readonly choices: readonly Int8Array[];
  readonly point: Pick<RelaxedPoint, "x" | "slopes">;
}

/**
 * Improves an incumbent by exchanging an active asset for an inactive one, as long as that helps:
 * the inactive ones whose gradients promise most, for the active ones that weigh least.
 *
 * @param evaluate - Solves the program with all choices made; nothing when that is infeasible.
 */
export function improveBySwaps<Point extends DecidedChoices>(
  program: IntegerProgram,
  first: Point,
  evaluate: (choices: readonly Int8Array[], near: Point) => Point | undefined,
  shouldStop: () => boolean,
): Point {
  if (program.activities.length === 0) {
    return first;
  }
  let best = first;
  let left = SWAP_LIMIT;
  const a = Math.max(
    0,
    program.activities.findIndex(({ counts }) => counts.length > 0),
  );
  for (;;) {
    const better = betterNeighbor(program, a, best, (choices) => {
      left--;
      return left < 0 || shouldStop() ? "stop" : evaluate(choices, best);
    });
    if (better === undefined) {
      return best;
    }
    best = better;
  }
}

function betterNeighbor<Point extends DecidedChoices>(
  program: IntegerProgram,
  a: number,
  best: Point,
  evaluate: (choices: readonly Int8Array[]) => Point | undefined | "stop",
): Point | undefined {
  const { center } = program.activities[a];
  const n = center.length;
  const { slopes, x } = best.point;
  const variance = (i: number) => program.matrix.values[i * n + i];
  const candidates = Array.from(center.keys()).filter((i) => best.choices[a][i] === INACTIVE);
  const promise = (i: number) => {
    const canFall = program.system.upper[i] > center[i] ? Math.max(0, -slopes[i]) : 0;
    const canRise = program.system.lower[i] < center[i] ? Math.max(0, slopes[i]) : 0;
    return Math.max(canFall, canRise) / Math.sqrt(variance(i) || 1);
  };
  const weight = (i: number) => Math.abs(x[i] - center[i]) * Math.sqrt(variance(i));
  const promises = candidates.map((i) => ({ i, promise: promise(i) }));
  promises.sort((p, q) => q.promise - p.promise);
  const active = Array.from(center.keys()).filter((i) => best.choices[a][i] >= ACTIVE);
  active.sort((i, j) => weight(i) - weight(j));
  for (const { i } of promises.slice(0, SWAP_CANDIDATES)) {
    for (const j of active) {
      const swapped = best.choices.map((choices, b) =>
        b === a ? choices.with(i, slopes[i] > 0 ? BELOW : ABOVE).with(j, INACTIVE) : choices,
      );
      const found = evaluate(swapped);
      if (found === "stop") {
        return undefined;
      }
      if (found !== undefined && found.objective < best.objective) {
        return found;
      }
    }
  }
  return undefined;
}
