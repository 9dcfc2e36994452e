import type { ConvexOptions, ConvexPoint, ConvexProgram, ConvexResult } from "../program.ts";
import { certifyVertex } from "./certify-vertex.ts";
import { type CompiledKinks, compileKinks } from "./compile-kinks.ts";
import { solveDrawdowns } from "./drawdown-rounds.ts";
import type { KinkVertex } from "./kink-program.ts";
import { minimizeKinks } from "./minimize-kinks.ts";
import { type SplitProgram, splitAbsolutes, withExcesses } from "./split-absolutes.ts";

const TOLERANCE = 1e-9;

/**
 * Solves a program of hinges, or of a largest or tail drawdown, under linear limits by the simplex
 * method; with hinges, limits and costs may be on turnover and leverage too.
 *
 * @returns Nothing where the program is another one, or the method proves no answer.
 */
export function solveBySimplex(
  program: ConvexProgram,
  options: ConvexOptions,
): ConvexResult | undefined {
  const point = solveKinks(program, options) ?? solveDrawdowns(program, options);
  if (point === undefined) {
    return undefined;
  }
  const { primalResidual, dualResidual, gap } = point.certificate;
  const error = Math.max(primalResidual, dualResidual, gap);
  return error <= (options.tolerance ?? TOLERANCE) ? { status: "optimal", ...point } : undefined;
}

function solveKinks(program: ConvexProgram, options: ConvexOptions): ConvexPoint | undefined {
  const split = program.quadratic === undefined ? splitAbsolutes(program) : undefined;
  const compiled = compileKinks(split?.program ?? program);
  if (compiled === undefined) {
    return undefined;
  }
  const vertex =
    onward(compiled, startOf(program, split, options), options) ??
    minimizeKinks(compiled, undefined, options);
  const constant = compiled.constant + (split?.constant ?? 0);
  return vertex && certifyVertex(program, { ...compiled, constant }, vertex);
}

/** Gives the start, if it is one. */
function startOf(
  { system }: ConvexProgram,
  split: SplitProgram | undefined,
  { start }: ConvexOptions,
): Float64Array | undefined {
  if (start?.x.length !== system.lower.length || !start.x.every(Number.isFinite)) {
    return undefined;
  }
  return split === undefined ? start.x : withExcesses(start.x, split.excesses);
}

/** Minimizes from a start, if that leads to the only answer. */
function onward(
  compiled: CompiledKinks,
  start: Float64Array | undefined,
  options: ConvexOptions,
): KinkVertex | undefined {
  const vertex = start && minimizeKinks(compiled, start, options);
  return vertex?.isUnique === true ? vertex : undefined;
}
