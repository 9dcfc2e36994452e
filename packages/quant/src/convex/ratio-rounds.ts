import { dot } from "../linalg/matrix.ts";
import type { ConvexOptions, ConvexProgram, ConvexResult } from "./program.ts";
import { evaluateProgram } from "./program-values.ts";

const ROUNDS_MAX = 30;
// What the step improves, relative to the risk, below which r is the least risk by excess return.
const IMPROVEMENT_MIN = 1e-10;

/**
 * Minimizes ρ(x)/excess(x) by minimizing ρ(x) − r·excess(x) for rising precision of r: each answer's
 * ρ/excess is the next r, until nothing is left to improve.
 *
 * For programs that are solved by models, whose perspective is not at hand.
 *
 * @param start - A portfolio of positive excess return.
 * @returns The last step, or what became of it.
 * @see Dinkelbach (1967), "On Nonlinear Fractional Programming", doi:10.1287/mnsc.13.7.492
 */
export function minimizeInverseRatio(
  program: ConvexProgram,
  excess: { readonly returns: Float64Array; readonly riskFree: number },
  {
    start,
    solve,
    options,
  }: {
    readonly start: Float64Array;
    readonly solve: (program: ConvexProgram, options: ConvexOptions) => ConvexResult;
    readonly options: ConvexOptions;
  },
): ConvexResult {
  const excessAt = (x: Float64Array) => dot(excess.returns, x) - excess.riskFree;
  let inverse = evaluateProgram(program, start).objective / excessAt(start);
  let near: ConvexOptions["start"];
  for (let round = 1; ; round++) {
    const r = inverse;
    const linear = excess.returns.map((value, i) => (program.linear?.[i] ?? 0) - r * value);
    const step = solve(
      { ...program, linear },
      near === undefined ? options : { ...options, start: near },
    );
    if (!("x" in step) || step.status === "stopped" || round === ROUNDS_MAX) {
      return step;
    }
    const risk = evaluateProgram(program, step.x).objective;
    const improvement = r * excessAt(step.x) - risk;
    if (!(improvement > IMPROVEMENT_MIN * Math.abs(risk))) {
      return step;
    }
    near = step;
    inverse = risk / excessAt(step.x);
  }
}
