import { ArgumentError } from "../errors.ts";
import { requireFinite, requireSquare } from "../linalg/matrix.ts";
import type { LinearSystem } from "../optimize/linear-system.ts";
import type { ConvexProgram } from "./program.ts";
import { checkTerm } from "./terms/term-forms.ts";

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
