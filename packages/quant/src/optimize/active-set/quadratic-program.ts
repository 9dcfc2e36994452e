import { ArgumentError } from "../../errors.ts";
import { type Matrix, requireFinite, requireSquare } from "../../linalg/matrix.ts";
import type { Certificate, LinearSystem, Multipliers } from "../linear-system.ts";

/**
 * The quadratic form x'Hx with H = S'MS + diag(d), positive semidefinite.
 *
 * Column j of S is the unit vector of `columns[j]`, so that several parts of one weight (bought,
 * sold, kept) share the entries of M.
 */
export interface QuadraticForm {
  /** The matrix M, symmetric, positive semidefinite. */
  readonly matrix: Matrix;
  /** Row of M that each variable belongs to, length n; variable j belongs to row j by default. */
  readonly columns?: Int32Array;
  /** The diagonal d, not negative, length n; 0 by default. */
  readonly diagonal?: Float64Array;
}

/** Minimizes ½x'Hx + c'x over a linear system. */
export interface QuadraticProgram {
  readonly quadratic: QuadraticForm;
  /** The vector c, length n. */
  readonly linear: Float64Array;
  readonly system: LinearSystem;
}

/**
 * Which limits hold with equality, variables first and then rows, length n + m: -1 at the lower
 * side, 1 at the upper side, 0 for those that are free. Any guess is allowed as a start.
 */
export type WorkingSet = Int8Array;

/** What became of a quadratic program. */
export type QuadraticProgramResult =
  | QuadraticProgramOptimum
  | QuadraticProgramInfeasible
  | {
      readonly status: "unbounded";
      /** A direction, length n, along which the objective falls for ever. */
      readonly ray: Float64Array;
    }
  /** Rounding kept the limits on iterations from being enough. Not known to happen. */
  | { readonly status: "stalled" };

/** A solution of a quadratic program with its proof. */
export interface QuadraticProgramOptimum {
  readonly status: "optimal";
  /** The solution x, length n. */
  readonly x: Float64Array;
  readonly objective: number;
  readonly multipliers: Multipliers;
  readonly certificate: Certificate;
  readonly workingSet: WorkingSet;
}

/** A proof that nothing satisfies the system. */
export interface QuadraticProgramInfeasible {
  readonly status: "infeasible";
  /**
   * Farkas multipliers, signed like shadow prices: bounds + A'·rows = 0, but the sides at which
   * they stand add up to more than 0. Those that are not 0 are a smallest conflicting set:
   * without any one of them the others can be met.
   */
  readonly proof: Multipliers;
}

/**
 * Checks a program's shapes and numbers. Crossed limits are no error: they are infeasible.
 *
 * @throws {ArgumentError} Lengths differ, a coefficient is not finite, a limit is NaN or infinite
 *   on the wrong side, a diagonal entry is negative, or a column points nowhere.
 */
export function checkProgram({ quadratic, linear, system }: QuadraticProgram): void {
  const n = linear.length;
  const { matrix, columns, diagonal } = quadratic;
  requireSquare(matrix, "quadratic form");
  requireFinite(matrix.values, "quadratic form");
  requireFinite(linear, "linear term");
  const width = columns?.length ?? matrix.cols;
  if (width !== n || (diagonal?.length ?? n) !== n) {
    throw new ArgumentError(`the quadratic form has ${width} variables, the linear term ${n}`);
  }
  for (let j = 0; j < n; j++) {
    checkCurvature(matrix, columns?.[j] ?? j, diagonal?.[j] ?? 0);
  }
  checkSystem(system, n);
}

function checkCurvature(matrix: Matrix, column: number, added: number): void {
  if (!(column >= 0 && column < matrix.rows)) {
    throw new ArgumentError(`a variable belongs to row ${column} of ${matrix.rows}`);
  }
  const own = matrix.values[column * matrix.cols + column];
  if (!(own >= 0 && added >= 0 && added < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`curvature of row ${column} is ${own} plus ${added}, negative`);
  }
}

function checkSystem({ lower, upper, rows, rowLower, rowUpper }: LinearSystem, n: number): void {
  if (lower.length !== n || upper.length !== n) {
    throw new ArgumentError(`there are ${lower.length} and ${upper.length} bounds for ${n}`);
  }
  const m = rowLower.length;
  if (rowUpper.length !== m || rows.rows !== m || rows.values.length !== m * n) {
    throw new ArgumentError(`${m} rows of limits for a ${rows.rows} by ${rows.cols} matrix`);
  }
  requireFinite(rows.values, "rows");
  checkLimits(lower, upper, "variable");
  checkLimits(rowLower, rowUpper, "row");
}

function checkLimits(lower: Float64Array, upper: Float64Array, what: string): void {
  for (let i = 0; i < lower.length; i++) {
    if (!(lower[i] < Number.POSITIVE_INFINITY && upper[i] > Number.NEGATIVE_INFINITY)) {
      throw new ArgumentError(`limits of ${what} ${i} are ${lower[i]} and ${upper[i]}`);
    }
  }
}
