import { dot, type Matrix, multiplyVector, quadraticForm } from "../linalg/matrix.ts";
import type { LinearSystem } from "../optimize/linear-system.ts";
import type { CompiledProgram } from "./compile-program.ts";
import { multipliersOf } from "./compile-program.ts";
import type { ConicSolution } from "./interior-point.ts";
import type { ConvexPoint, ConvexProgram } from "./program.ts";
import { limitViolation, type ProgramValues } from "./program-values.ts";
import { largestInRow } from "./variable-map.ts";

/** Name and version of the algorithm in certificates. */
const ALGORITHM = "conic-interior-point/2";

/**
 * Measures an answer: terms by their definitions, violations by the program itself, and the gap of
 * the conic objective at x to the value that the multipliers prove.
 */
export function certify(
  program: ConvexProgram,
  compiled: CompiledProgram,
  solution: ConicSolution,
  { x, objective, termValues, limitValues }: Omit<ProgramValues, "size">,
): ConvexPoint {
  const dual = dualObjective(compiled, solution);
  const unit = compiled.objectiveUnit;
  const size = Math.max(unit, unit * solution.magnitude, Math.abs(objective));
  return {
    x,
    objective,
    termValues,
    limitValues,
    multipliers: multipliersOf(compiled, program.system, solution.z),
    certificate: {
      algorithm: ALGORITHM,
      iterations: solution.iterations,
      primalResidual: Math.max(
        systemViolation(program.system, x, compiled.map.unit),
        limitViolation(program, limitValues),
      ),
      dualResidual: solution.residuals.dual,
      gap: Math.abs(objective - dual) / size,
    },
  };
}

/** Computes −h'z − ½v'Pv in the program's units: a bound from below up to the dual residual. */
function dualObjective(compiled: CompiledProgram, { v, z }: ConicSolution): number {
  const { problem, objectiveUnit, constant } = compiled;
  let value = -dot(problem.h, z);
  if (problem.quadratic !== undefined) {
    value -= quadraticForm(problem.quadratic, v.subarray(0, problem.assets)) / 2;
  }
  return value * objectiveUnit + constant;
}

/** Finds the largest violation of the bounds and rows, relative to the size of x. */
export function systemViolation(system: LinearSystem, x: Float64Array, unit: number): number {
  const { lower, upper, rows, rowLower, rowUpper } = system;
  let most = 0;
  for (let i = 0; i < x.length; i++) {
    most = Math.max(most, (lower[i] - x[i]) / unit, (x[i] - upper[i]) / unit);
  }
  const sums = multiplyVector(rows, x);
  for (let r = 0; r < sums.length; r++) {
    const scale = rowSize(rows, r) * unit;
    most = Math.max(most, (rowLower[r] - sums[r]) / scale, (sums[r] - rowUpper[r]) / scale);
  }
  return most;
}

function rowSize(rows: Matrix, row: number): number {
  const size = largestInRow(rows.values, row * rows.cols, rows.cols);
  return size > 0 ? size : 1;
}
