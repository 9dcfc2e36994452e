import { violatedChoice } from "./branching.ts";
import { type IntegerProgram, rowLowerUnder } from "./integer-program.ts";
import type { DecidedPoint } from "./local-search.ts";
import { solveRestricted } from "./restricted-program.ts";
import { ABOVE, impliedBounds, type SearchNode, UNDECIDED } from "./search-node.ts";

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
 * @returns Nothing when it is infeasible, or leaves a choice open, such as one of lots.
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
  const point = solveRestricted(program, { ...program.system, ...bounds, rowLower }, near);
  return point === undefined || violatedChoice(program, decided.choices, point.x) !== undefined
    ? undefined
    : { ...point, choices: decided.choices };
}
