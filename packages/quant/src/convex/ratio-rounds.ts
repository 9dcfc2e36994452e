import { dot } from "../linalg/matrix.ts";
import type { ConvexOptions, ConvexProgram, ConvexResult } from "./program.ts";
import { evaluateProgram } from "./program-values.ts";
import { solveConvex } from "./solve-convex.ts";

const ROUNDS_MAX = 30;
// What a step gains, relative to the risk, below which r is the least risk by excess return.
const GAIN_MIN = 1e-10;
// Tolerance of the first steps; later ones take what the step before gained.
const ROUGH = 0.1;
// Steps that gain less than this are solved to the tolerance that is asked for.
const ROUGH_MIN = 1e-7;

interface Excess {
  readonly returns: Float64Array;
  readonly riskFree: number;
}

/** Where rounds stand: the least ρ/excess so far, and where the next step starts. */
interface Standing {
  readonly inverse: number;
  readonly near: ConvexOptions["start"];
}

/**
 * Minimizes ρ(x)/excess(x) by minimizing ρ(x) − r·excess(x) for rising precision of r: each answer's
 * ρ/excess is the next r, until nothing is left to gain. Steps are solved but roughly as long as the
 * next r moves more than their error.
 *
 * For programs that are solved by models, whose perspective is not at hand.
 *
 * @param start - A portfolio of positive excess return.
 * @returns The last step, or what became of it.
 * @see Dinkelbach (1967), "On Nonlinear Fractional Programming", doi:10.1287/mnsc.13.7.492
 */
export function minimizeInverseRatio(
  program: ConvexProgram,
  excess: Excess,
  start: Float64Array,
  options: ConvexOptions,
): ConvexResult {
  let standing = roughly(program, excess, start, options);
  for (let round = 1; ; round++) {
    const step = solveAt(program, excess, standing, options);
    if (!("x" in step) || step.status === "stopped" || round === ROUNDS_MAX) {
      return step;
    }
    if (!(gainOf(program, excess, standing, step.x) > GAIN_MIN)) {
      return step;
    }
    standing = { inverse: inverseAt(program, excess, step.x), near: step };
  }
}

/** Goes on with rough steps as long as they gain much. */
function roughly(
  program: ConvexProgram,
  excess: Excess,
  start: Float64Array,
  options: ConvexOptions,
): Standing {
  let standing: Standing = { inverse: inverseAt(program, excess, start), near: options.start };
  let tolerance = ROUGH;
  for (let round = 1; tolerance > ROUGH_MIN && round <= ROUNDS_MAX; round++) {
    const step = solveAt(program, excess, standing, { ...options, tolerance });
    if (!("x" in step) || step.status === "stopped") {
      return standing;
    }
    const gain = gainOf(program, excess, standing, step.x);
    const inverse = gain > 0 ? inverseAt(program, excess, step.x) : standing.inverse;
    standing = { inverse, near: step };
    tolerance = Math.min(ROUGH, gain);
  }
  return standing;
}

/** Minimizes ρ − r·excess, up to a constant. */
function solveAt(
  program: ConvexProgram,
  { returns }: Excess,
  { inverse, near }: Standing,
  options: ConvexOptions,
): ConvexResult {
  const linear = returns.map((value, i) => (program.linear?.[i] ?? 0) - inverse * value);
  const start = near === undefined ? {} : { start: near };
  return solveConvex({ ...program, linear }, { ...options, ...start });
}

/** What a portfolio has less of ρ − r·excess than the 0 before, relative to its risk. */
function gainOf(
  program: ConvexProgram,
  excess: Excess,
  { inverse }: Standing,
  x: Float64Array,
): number {
  const risk = evaluateProgram(program, x).objective;
  return (inverse * excessAt(excess, x) - risk) / Math.abs(risk);
}

function inverseAt(program: ConvexProgram, excess: Excess, x: Float64Array): number {
  return evaluateProgram(program, x).objective / excessAt(excess, x);
}

function excessAt({ returns, riskFree }: Excess, x: Float64Array): number {
  return dot(returns, x) - riskFree;
}
