import type { Certificate } from "../optimize/linear-system.ts";
import { certify } from "./certify.ts";
import { checkProgram } from "./check-program.ts";
import { compileProgram, directionOf, multipliersOf, weightsOf } from "./compile-program.ts";
import { type ConicOptions, solveConic } from "./interior-point.ts";
import { hasSmoothTerm, solveByNewton } from "./newton-rounds.ts";
import type { ConvexOptions, ConvexProgram, ConvexResult } from "./program.ts";
import { evaluateProgram } from "./program-values.ts";
import { solveByRanks } from "./ranked-rounds.ts";
import { solveBySimplex } from "./simplex/solve-by-simplex.ts";
import { snapToBounds } from "./snap-to-bounds.ts";
import { solveByActiveSet } from "./solve-by-active-set.ts";
import { hasLongTail, solveByTails } from "./tail-rounds.ts";
import { type ModelOptions, partsOf } from "./term-models.ts";
import { isRanked } from "./terms/ranked-term.ts";

const TOLERANCE = 1e-9;
const ITERATIONS_MAX = 200;
// The solver goes on to this share of the tolerance as long as each iteration halves the error.
const AIM = 1e-5;

/**
 * Minimizes a convex function of the weights under linear limits and limits on convex terms.
 *
 * @throws {ArgumentError} Lengths do not match, a value is not finite, a lower side exceeds its
 *   upper side, or a weight is negative.
 */
export function solveConvex(program: ConvexProgram, options: ConvexOptions = {}): ConvexResult {
  checkProgram(program);
  const vertex = solveBySimplex(program, options);
  if (vertex !== undefined) {
    return vertex;
  }
  const { start: _, ...rest } = options;
  const found = hasSmoothTerm(program) ? solveByNewton(program, solveByCones, options) : undefined;
  if (found !== undefined && found.status !== "inaccurate") {
    return found;
  }
  const other = solveByCones(program, rest);
  return found !== undefined && other.status === "inaccurate" ? found : other;
}

/** Says whether a program is solved by models of it, whose perspective is not at hand. */
export function isSolvedByModels(program: ConvexProgram): boolean {
  return hasSmoothTerm(program) || partsOf(program).some(isRanked);
}

function solveByCones(program: ConvexProgram, options: ModelOptions): ConvexResult {
  if (partsOf(program).some(isRanked)) {
    return solveByRanks(program, solveModel, options);
  }
  return hasLongTail(program)
    ? solveByTails(program, solveModel, options)
    : solveModel(program, program, options);
}

/** Solves a model, and measures the answer on the program that it is a model of. */
function solveModel(
  model: ConvexProgram,
  program: ConvexProgram,
  options: ModelOptions,
): ConvexResult {
  const quadratic = model === program ? solveByActiveSet(program) : undefined;
  if (quadratic !== undefined) {
    return { status: "optimal", ...quadratic };
  }
  const conic = conicOptions(options);
  const compiled = compileProgram(model, undefined);
  const solution = solveConic(compiled.problem, conic);
  if (solution.status === "infeasible") {
    const multipliers = multipliersOf(compiled, program.system, solution.z);
    return { status: "infeasible", multipliers };
  }
  if (solution.status === "unbounded") {
    return { status: "unbounded", direction: directionOf(compiled, solution.v) };
  }
  const x = snapToBounds(program.system, weightsOf(compiled, solution.v), compiled.map.unit);
  const point = certify(program, compiled, solution, evaluateProgram(program, x));
  if (solution.status === "stopped") {
    return { status: "stopped", ...point };
  }
  return { status: statusOf(point.certificate, options), ...point };
}

/** Judges an answer by its certificate alone. */
export function statusOf(
  { primalResidual, dualResidual, gap }: Certificate,
  { tolerance = TOLERANCE }: ConvexOptions,
): "optimal" | "inaccurate" {
  const error = Math.max(primalResidual, dualResidual, gap);
  return error <= tolerance ? "optimal" : "inaccurate";
}

/** Fills in the defaults. */
export function conicOptions(options: ModelOptions): ConicOptions {
  const { tolerance = TOLERANCE, iterationsMax = ITERATIONS_MAX, shouldStop, isRough } = options;
  const aim = isRough === true ? tolerance : AIM * tolerance;
  return { tolerance, aim, iterationsMax, shouldStop: shouldStop ?? (() => false) };
}
