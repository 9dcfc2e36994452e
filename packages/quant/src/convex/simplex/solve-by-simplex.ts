import type { ConvexOptions, ConvexPoint, ConvexProgram, ConvexResult } from "../program.ts";
import { certifyVertex } from "./certify-vertex.ts";
import { type CompiledKinks, compileKinks } from "./compile-kinks.ts";
import { solveDrawdowns } from "./drawdown-rounds.ts";
import type { KinkVertex } from "./kink-program.ts";
import { minimizeKinks } from "./minimize-kinks.ts";

const TOLERANCE = 1e-9;

/**
 * Solves a program of hinges, or of a largest or tail drawdown, under linear limits by the simplex
 * method.
 *
 * @returns Nothing where the program is another one, or the method proves no answer.
 */
export function solveBySimplex(
  program: ConvexProgram,
  options: ConvexOptions,
): ConvexResult | undefined {
  const compiled = compileKinks(program);
  const point =
    compiled === undefined
      ? solveDrawdowns(program, options)
      : solveKinks(program, compiled, options);
  if (point === undefined) {
    return undefined;
  }
  const { primalResidual, dualResidual, gap } = point.certificate;
  const error = Math.max(primalResidual, dualResidual, gap);
  return error <= (options.tolerance ?? TOLERANCE) ? { status: "optimal", ...point } : undefined;
}

function solveKinks(
  program: ConvexProgram,
  compiled: CompiledKinks,
  options: ConvexOptions,
): ConvexPoint | undefined {
  const vertex = onward(program, compiled, options) ?? minimizeKinks(compiled, undefined, options);
  return vertex === undefined ? undefined : certifyVertex(program, compiled, vertex);
}

/** Minimizes from the start given, if that leads to the only answer. */
function onward(
  { system }: ConvexProgram,
  compiled: CompiledKinks,
  options: ConvexOptions,
): KinkVertex | undefined {
  const start = options.start?.x;
  if (start?.length !== system.lower.length || !start.every(Number.isFinite)) {
    return undefined;
  }
  const vertex = minimizeKinks(compiled, start, options);
  return vertex?.isUnique === true ? vertex : undefined;
}
