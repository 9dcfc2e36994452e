import { ActiveSet } from "../active-set/active-set.ts";
import { objectiveOf } from "../active-set/certify.ts";
import { scaleProgram } from "../active-set/scaled-program.ts";
import { restingSet } from "../active-set/solve-quadratic-program.ts";
import { solveScaled } from "../active-set/solve-scaled.ts";
import type { IntegerProgram } from "./integer-program.ts";

// Changes of the working set times variables squared that a stop waits for: a few milliseconds.
const WORK_MIN = 2e6;

/** What is left of a program without its choices. */
export type ContinuousResult =
  | { readonly status: "solved"; readonly x: Float64Array; readonly objective: number }
  | { readonly status: "infeasible" | "stopped" };

/**
 * Solves an integer program without its choices.
 *
 * @param limits - Bounds of variables, and lower limits of rows that hold whatever is chosen.
 * @param shouldStop - Asked after the first few milliseconds.
 */
export function solveContinuous(
  { matrix, linear, system }: IntegerProgram,
  limits: {
    readonly lower: Float64Array;
    readonly upper: Float64Array;
    readonly rowLower: Float64Array;
  },
  shouldStop: () => boolean,
): ContinuousResult {
  const program = { quadratic: { matrix }, linear, system: { ...system, ...limits } };
  let patience = WORK_MIN / linear.length ** 2;
  const state = new ActiveSet(scaleProgram(program));
  state.shouldStop = () => --patience < 0 && shouldStop();
  const { n, size } = state.program;
  const end = solveScaled(state, restingSet(state.program));
  if (end === "infeasible" || end === "stopped") {
    return { status: end };
  }
  const x = state.value.slice(0, n).map((value) => value * size);
  // A relaxation that stalled bounds nothing.
  const objective = end === "done" ? objectiveOf(program, x) : Number.NEGATIVE_INFINITY;
  return { status: "solved", x, objective };
}
