import type { WorkingSet } from "../active-set/quadratic-program.ts";
import type { Activity, CountLimit, IntegerProgram } from "./integer-program.ts";

/** Choices about one asset in one activity. */
export const UNDECIDED = 0;
/** At the center. */
export const INACTIVE = 1;
/** Not at the center; on which side is open. */
export const ACTIVE = 2;
export const ABOVE = 3;
export const BELOW = 4;

/** A part of the search space: all points that agree with some choices. */
export interface SearchNode {
  /** No point of this part has an objective below this. */
  bound: number;
  readonly depth: number;
  /** Choices of each activity, one entry an asset. */
  readonly choices: readonly Int8Array[];
  /** Bounds of each asset, narrowed by lots. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Prices of the counts of the priced activity, from the parent. */
  readonly prices: Float64Array;
  start: WorkingSet;
}

/**
 * Makes the part that holds everything, its bounds drawn in to whole lots.
 *
 * @returns Nothing when there is no whole lot between two bounds.
 */
export function rootNode(
  { system, lots, activities }: IntegerProgram,
  from: Pick<SearchNode, "prices" | "start">,
): SearchNode | undefined {
  const unit = (i: number) => lots?.[i] ?? 0;
  const inward = (value: number, i: number, round: (count: number) => number) =>
    unit(i) > 0 ? round(value / unit(i)) * unit(i) : value;
  const lower = system.lower.map((value, i) =>
    inward(value, i, (count) => Math.ceil(count - 1e-9)),
  );
  const upper = system.upper.map((value, i) =>
    inward(value, i, (count) => Math.floor(count + 1e-9)),
  );
  const choices = activities.map(() => new Int8Array(lower.length));
  return lower.some((least, i) => least > upper[i])
    ? undefined
    : { ...from, bound: Number.NEGATIVE_INFINITY, depth: 0, choices, lower, upper };
}

// Bounds that cross by less than this fraction of their size are equal.
const CROSSING_TOLERANCE = 1e-12;

/**
 * Draws the conclusions of a node's choices: narrows the bounds and decides what counts leave no
 * choice about.
 *
 * @returns The bounds of each asset under the choices; nothing when they contradict each other.
 */
export function impliedBounds(
  program: IntegerProgram,
  node: SearchNode,
): { readonly lower: Float64Array; readonly upper: Float64Array } | undefined {
  const lower = Float64Array.from(node.lower);
  const upper = Float64Array.from(node.upper);
  // What one activity decides narrows bounds for the others.
  for (let pass = 0; pass < Math.max(1, 2 * program.activities.length - 1); pass++) {
    const isPossible = program.activities.every(
      (activity, a) =>
        concludeSides(activity, node.choices[a], lower, upper) &&
        activity.counts.every((count) => concludeCount(count, node.choices[a])) &&
        concludeSides(activity, node.choices[a], lower, upper),
    );
    if (!isPossible) {
      return undefined;
    }
  }
  return { lower, upper };
}

function concludeSides(
  activity: Activity,
  choices: Int8Array,
  lower: Float64Array,
  upper: Float64Array,
): boolean {
  for (let i = 0; i < lower.length; i++) {
    if (!concludeSide(activity, choices, i, lower, upper)) {
      return false;
    }
  }
  return true;
}

/** Decides what bounds leave no choice about, and narrows bounds to the choice. */
function concludeSide(
  { center, leastAbove, leastBelow }: Activity,
  choices: Int8Array,
  i: number,
  lower: Float64Array,
  upper: Float64Array,
): boolean {
  const tolerance = CROSSING_TOLERANCE * Math.max(1, Math.abs(lower[i]), Math.abs(upper[i]));
  const least = center[i] + leastAbove[i];
  const most = center[i] - leastBelow[i];
  const canAbove = least <= upper[i] + tolerance && upper[i] > center[i];
  const canBelow = most >= lower[i] - tolerance && lower[i] < center[i];
  const canRest = center[i] >= lower[i] - tolerance && center[i] <= upper[i] + tolerance;
  choices[i] = narrowed(choices[i], canAbove, canBelow, canRest);
  if (choices[i] === INACTIVE) {
    lower[i] = Math.max(lower[i], center[i]);
    upper[i] = Math.min(upper[i], center[i]);
  } else if (choices[i] === ABOVE) {
    lower[i] = Math.max(lower[i], least);
  } else if (choices[i] === BELOW) {
    upper[i] = Math.min(upper[i], most);
  }
  if (lower[i] > upper[i] + tolerance || choices[i] < 0) {
    return false;
  }
  upper[i] = Math.max(lower[i], upper[i]);
  return true;
}

/** Gives the choice that is left; -1 for none. */
function narrowed(choice: number, canAbove: boolean, canBelow: boolean, canRest: boolean): number {
  switch (choice) {
    case INACTIVE:
      return canRest ? INACTIVE : -1;
    case ABOVE:
      return canAbove ? ABOVE : -1;
    case BELOW:
      return canBelow ? BELOW : -1;
    case UNDECIDED:
      return canRest ? restingChoice(canAbove || canBelow) : activeChoice(canAbove, canBelow);
    default:
      return activeChoice(canAbove, canBelow);
  }
}

function restingChoice(canMove: boolean): number {
  return canMove ? UNDECIDED : INACTIVE;
}

function activeChoice(canAbove: boolean, canBelow: boolean): number {
  if (canAbove && canBelow) {
    return ACTIVE;
  }
  return canAbove ? ABOVE : canBelow ? BELOW : -1;
}

/** Decides the undecided where a count leaves no choice; false when it cannot be met. */
export function concludeCount({ members, least, most }: CountLimit, choices: Int8Array): boolean {
  let active = 0;
  const undecided: number[] = [];
  for (const i of members) {
    active += Number(choices[i] >= ACTIVE);
    if (choices[i] === UNDECIDED) {
      undecided.push(i);
    }
  }
  if (active > most || active + undecided.length < least) {
    return false;
  }
  if (active === most || active + undecided.length === least) {
    for (const i of undecided) {
      choices[i] = active === most ? INACTIVE : ACTIVE;
    }
  }
  return true;
}
