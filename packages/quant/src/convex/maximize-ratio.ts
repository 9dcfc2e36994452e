import { ArgumentError } from "../errors.ts";
import { dot, requireFinite } from "../linalg/matrix.ts";
import { certify } from "./certify.ts";
import { checkProgram } from "./check-program.ts";
import { compileProgram, weightsOf } from "./compile-program.ts";
import { solveConic } from "./interior-point.ts";
import type { ConvexOptions, ConvexPoint, ConvexProgram, ConvexResult } from "./program.ts";
import { evaluateProgram } from "./program-values.ts";
import { minimizeInverseRatio } from "./ratio-rounds.ts";
import { snapToBounds } from "./snap-to-bounds.ts";
import { conicOptions, isSolvedByModels, solveConvex, statusOf } from "./solve-convex.ts";

/** What a portfolio earns beyond the riskless asset: returns'x − riskFree. */
export interface ExcessReturn {
  /** Expected returns of the assets, length n. */
  readonly returns: Float64Array;
  /** The riskless return over the same period. */
  readonly riskFree: number;
}

/** A portfolio of the largest ratio. Its objective is the ratio, its multipliers are as below. */
export interface RatioPoint extends ConvexPoint {
  readonly excessReturn: number;
  /** The risk: the value of the program's objective. */
  readonly risk: number;
}

/**
 * What became of a ratio.
 *
 * `no-positive-excess` carries a portfolio of the greatest excess return, which is not above 0: no
 * ratio is meaningful. `unbounded` means that some excess return comes without any risk.
 */
export type RatioResult =
  | ({ readonly status: "optimal" | "inaccurate" | "stopped" } & RatioPoint)
  | {
      readonly status: "no-positive-excess";
      readonly x: Float64Array;
      readonly excessReturn: number;
    }
  | Extract<ConvexResult, { status: "infeasible" | "unbounded" }>;

// Excess returns below this, relative to what they are the difference of, are rounding.
const EXCESS_MIN = 1e-10;

/**
 * Maximizes (returns'x − riskFree)/ρ(x), where ρ is the program's objective, by the variables
 * y = κx (Charnes & Cooper 1962; Stoyanov, Rachev & Fabozzi 2007, "Optimal financial portfolios",
 * §3): minimize κρ(y/κ) where κ·excess is constant. ρ need not be positively homogeneous.
 *
 * The multipliers are those of minimizing ρ(x) − (ρ/excess at the optimum)·excess(x), which x solves too.
 *
 * @throws {ArgumentError} As `solveConvex`; or the program has a quadratic objective, whose root
 *   the norm term is.
 */
export function maximizeRatio(
  program: ConvexProgram,
  excess: ExcessReturn,
  options: ConvexOptions = {},
): RatioResult {
  checkProgram(program);
  checkExcess(program, excess);
  const { system, limits = [] } = program;
  const linear = excess.returns.map((value) => -value);
  const greatest = solveConvex({ linear, system, limits }, options);
  if (greatest.status === "infeasible") {
    return greatest;
  }
  if (greatest.status === "unbounded") {
    return solveScaled(program, excess, 1, options);
  }
  const excessReturn = -greatest.objective - excess.riskFree;
  const size = Math.abs(greatest.objective) + Math.abs(excess.riskFree);
  if (greatest.status === "optimal" && !(excessReturn > EXCESS_MIN * size)) {
    return { status: "no-positive-excess", x: greatest.x, excessReturn };
  }
  if (isSolvedByModels(program)) {
    const step = minimizeInverseRatio(program, excess, greatest.x, options);
    return "x" in step ? ratioOf(program, excess, step) : step;
  }
  return solveScaled(program, excess, Math.max(excessReturn, EXCESS_MIN * size), options);
}

function ratioOf(
  program: ConvexProgram,
  excess: ExcessReturn,
  step: Extract<ConvexResult, { readonly x: Float64Array }>,
): RatioResult {
  const risk = evaluateProgram(program, step.x).objective;
  const excessReturn = dot(excess.returns, step.x) - excess.riskFree;
  return { ...step, objective: excessReturn / risk, excessReturn, risk };
}

/** Solves with κ·excess held at `scale`, the size of excess returns, so that κ is of size 1. */
function solveScaled(
  program: ConvexProgram,
  excess: ExcessReturn,
  scale: number,
  options: ConvexOptions,
): RatioResult {
  const compiled = compileProgram(program, { ...excess, scale });
  const solution = solveConic(compiled.problem, conicOptions(options));
  if (solution.status === "infeasible" || solution.status === "unbounded") {
    // In y = κx a direction of descent is a portfolio whose risk falls below 0 with its excess.
    return { status: "unbounded", direction: weightsOf(compiled, solution.v) };
  }
  const x = snapToBounds(program.system, weightsOf(compiled, solution.v), compiled.map.unit);
  const values = evaluateProgram(program, x);
  const risk = values.objective;
  const excessReturn = dot(excess.returns, x) - excess.riskFree;
  const point = certify(program, compiled, solution, {
    ...values,
    objective: (risk * scale) / excessReturn,
  });
  const status = statusOf(point.certificate, options);
  return {
    status: solution.status === "stopped" ? "stopped" : status,
    ...point,
    objective: excessReturn / risk,
    excessReturn,
    risk,
  };
}

function checkExcess(program: ConvexProgram, { returns, riskFree }: ExcessReturn): void {
  if (program.quadratic !== undefined) {
    throw new ArgumentError("a ratio to a quadratic objective is not defined: use a norm");
  }
  if (returns.length !== program.system.lower.length) {
    throw new ArgumentError(
      `${returns.length} expected returns for ${program.system.lower.length} assets`,
    );
  }
  requireFinite(returns, "expected returns");
  if (!Number.isFinite(riskFree)) {
    throw new ArgumentError(`riskless return is ${riskFree}`);
  }
}
