import type { LinearSystem } from "../linear-system.ts";
import { violatedChoice } from "./branching.ts";
import { type IntegerProgram, rowLowerUnder } from "./integer-program.ts";
import type { DecidedPoint } from "./local-search.ts";
import { type RestrictedPoint, solveRestricted } from "./restricted-program.ts";
import { ABOVE, impliedBounds, type SearchNode, UNDECIDED } from "./search-node.ts";
import { fixLots, nearestLots, wholeLots } from "./whole-lots.ts";

/** Gives the lower limits of all rows with choices made. */
export function decidedRows(
  { activities, system }: IntegerProgram,
  choices: readonly Int8Array[],
): Float64Array {
  return activities.reduce(
    (rowLower, activity, a) => rowLowerUnder(activity, rowLower, (i) => choices[a][i] === ABOVE),
    system.rowLower,
  );
}

/**
 * Solves a program with all choices made.
 *
 * @param root - The part that holds everything.
 * @param near - A point near the answer, to start from; length n.
 * @returns Nothing when it is infeasible, leaves a choice open, or no whole lots are found.
 */
export function solveDecided(
  program: IntegerProgram,
  root: SearchNode,
  choices: readonly Int8Array[],
  near?: Float64Array,
): DecidedPoint | undefined {
  const decided = { ...root, choices: choices.map((each) => each.slice()) };
  const bounds = impliedBounds(program, decided);
  if (bounds === undefined || decided.choices.some((each) => each.includes(UNDECIDED))) {
    return undefined;
  }
  const rowLower = decidedRows(program, decided.choices);
  const system = { ...program.system, ...bounds, rowLower };
  const free = solveRestricted(program, system, near);
  const point = free && solveWholeLots(program, system, free);
  return point === undefined || violatedChoice(program, decided.choices, point.x) !== undefined
    ? undefined
    : { ...point, choices: decided.choices };
}

/** Solves the program with lots fixed near a point; the point itself where they are whole. */
function solveWholeLots(
  program: IntegerProgram,
  system: LinearSystem,
  free: RestrictedPoint,
): RestrictedPoint | undefined {
  const { lots } = program;
  if (lots === undefined) {
    return free;
  }
  const solveAt = (x: Float64Array) =>
    solveRestricted(program, { ...system, ...fixLots(system, lots, x) }, x);
  // Variables without lots may make up for what the nearest lots do to the rows.
  const isMixed = lots.some((lot, i) => lot === 0 && system.lower[i] < system.upper[i]);
  const nearest = isMixed ? nearestLots(lots, system, free.x) : undefined;
  const made = nearest && solveAt(nearest);
  const whole = made === undefined ? wholeLots(program, system, free.x) : undefined;
  return made ?? (whole && solveAt(whole));
}
