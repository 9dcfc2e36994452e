import type { CountLimit, IntegerProgram } from "./integer-program.ts";
import { ABOVE, ACTIVE, BELOW, INACTIVE, UNDECIDED } from "./search-node.ts";

/** The best point so far. */
export interface Incumbent {
  readonly x: Float64Array;
  readonly objective: number;
  /** Bounds that its choices leave, length n. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly choices: readonly Int8Array[];
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
