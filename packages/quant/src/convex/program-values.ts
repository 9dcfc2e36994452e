import { dot, quadraticForm } from "../linalg/matrix.ts";
import type { ConvexProgram } from "./program.ts";
import { type ConvexTerm, termValue } from "./terms/term-forms.ts";

/** What a program's functions are worth at a portfolio. */
export interface ProgramValues {
  readonly x: Float64Array;
  /** c'x + ½x'Px + Σ weight·ρ(x). */
  readonly objective: number;
  /** Sum of the sizes of the objective's parts. */
  readonly size: number;
  /** Values of the terms in the objective, without their weights. */
  readonly termValues: Float64Array;
  /** Values of the limited terms. */
  readonly limitValues: Float64Array;
}

/** Evaluates every term of a program once. */
export function evaluateProgram(program: ConvexProgram, x: Float64Array): ProgramValues {
  const { linear, quadratic, terms = [] } = program;
  let objective = quadratic === undefined ? 0 : quadraticForm(quadratic, x) / 2;
  let size = Math.abs(objective);
  objective += linear === undefined ? 0 : dot(linear, x);
  for (let i = 0; linear !== undefined && i < x.length; i++) {
    size += Math.abs(linear[i] * x[i]);
  }
  const termValues = valuesOf(terms, x);
  for (const [j, { weight }] of terms.entries()) {
    // A weight of 0 leaves a term out, infinite ones too.
    const part = weight > 0 ? weight * termValues[j] : 0;
    objective += part;
    size += Math.abs(part);
  }
  return { x, objective, size, termValues, limitValues: valuesOf(program.limits, x) };
}

function valuesOf(terms: readonly { term: ConvexTerm }[] = [], x: Float64Array): Float64Array {
  return Float64Array.from(terms, ({ term }) => termValue(term, x));
}

/** Finds the largest excess of a term over its limit, relative to the larger of them. */
export function limitViolation({ limits = [] }: ConvexProgram, values: Float64Array): number {
  let most = 0;
  for (const [i, { limit }] of limits.entries()) {
    const excess = values[i] - limit;
    most = Math.max(most, excess > 0 ? excess / Math.max(Math.abs(limit), Math.abs(values[i])) : 0);
  }
  return most;
}
