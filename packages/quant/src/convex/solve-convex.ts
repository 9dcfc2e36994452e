import { ArgumentError } from "../errors.ts";
import { requireFinite, requireSquare } from "../linalg/matrix.ts";
import type { LinearSystem } from "../optimize/linear-system.ts";
import { certify } from "./certify.ts";
import { compileProgram, directionOf, multipliersOf, weightsOf } from "./compile-program.ts";
import { solveConic } from "./interior-point.ts";
import type { ConvexOptions, ConvexProgram, ConvexResult } from "./program.ts";
import { checkTerm } from "./terms/term-forms.ts";

const TOLERANCE = 1e-9;
const ITERATIONS_MAX = 200;

/**
 * Minimizes a convex function of the weights under linear limits and limits on convex terms.
 *
 * @throws {ArgumentError} Lengths do not match, a value is not finite, a lower side exceeds its
 *   upper side, or a weight is negative.
 */
export function solveConvex(program: ConvexProgram, options: ConvexOptions = {}): ConvexResult {
  checkProgram(program);
  const { tolerance = TOLERANCE, iterationsMax = ITERATIONS_MAX } = options;
  const compiled = compileProgram(program, false);
  const solution = solveConic(compiled.problem, {
    tolerance,
    iterationsMax,
    shouldStop: options.shouldStop ?? (() => false),
  });
  if (solution.status === "infeasible") {
    const multipliers = multipliersOf(compiled, program.system, solution.z);
    return { status: "infeasible", multipliers };
  }
  if (solution.status === "unbounded") {
    return { status: "unbounded", direction: directionOf(compiled, solution.v) };
  }
  const point = certify(program, compiled, solution, weightsOf(compiled, solution.v));
  if (solution.status === "stopped") {
    return { status: "stopped", ...point };
  }
  const { primalResidual, dualResidual, gap } = point.certificate;
  const isOptimal = Math.max(primalResidual, dualResidual, gap) <= tolerance;
  return { status: isOptimal ? "optimal" : "inaccurate", ...point };
}

/** @throws {ArgumentError} A program is malformed. */
export function checkProgram(program: ConvexProgram): void {
  const { system, linear, quadratic, terms = [], limits = [] } = program;
  const n = system.lower.length;
  checkSystem(system);
  if (linear !== undefined) {
    requireLength(linear, n, "linear objective");
    requireFinite(linear, "linear objective");
  }
  if (quadratic !== undefined) {
    requireSquare(quadratic, "quadratic objective");
    requireFinite(quadratic.values, "quadratic objective");
    if (quadratic.rows !== n) {
      throw new ArgumentError(`quadratic objective has ${quadratic.rows} rows, not ${n}`);
    }
  }
  for (const { weight, term } of terms) {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`weight of a term is ${weight}, not at least 0 and finite`);
    }
    checkTerm(term, n);
  }
  for (const { term, limit } of limits) {
    if (!Number.isFinite(limit)) {
      throw new ArgumentError(`limit of a term is ${limit}, not finite`);
    }
    checkTerm(term, n);
  }
}

function checkSystem({ lower, upper, rows, rowLower, rowUpper }: LinearSystem): void {
  const n = lower.length;
  if (n === 0) {
    throw new ArgumentError("there are no variables");
  }
  requireLength(upper, n, "upper bounds");
  if (rows.cols !== n || rows.values.length !== rows.rows * n) {
    throw new ArgumentError(`rows have ${rows.cols} columns for ${n} variables`);
  }
  requireFinite(rows.values, "rows");
  requireLength(rowLower, rows.rows, "lower sides of rows");
  requireLength(rowUpper, rows.rows, "upper sides of rows");
  requireOrder(lower, upper, "bound");
  requireOrder(rowLower, rowUpper, "row");
}

function requireLength(values: Float64Array, length: number, what: string): void {
  if (values.length !== length) {
    throw new ArgumentError(`${what}: ${values.length} entries, not ${length}`);
  }
}

function requireOrder(lower: Float64Array, upper: Float64Array, what: string): void {
  for (let i = 0; i < lower.length; i++) {
    const isOpen = lower[i] < Number.POSITIVE_INFINITY && upper[i] > Number.NEGATIVE_INFINITY;
    if (!(lower[i] <= upper[i] && isOpen)) {
      throw new ArgumentError(`${what} ${i} runs from ${lower[i]} to ${upper[i]}`);
    }
  }
}
