import type { Matrix } from "../linalg/matrix.ts";
import type { ConvexProgram } from "./program.ts";
import { replaceIn } from "./term-models.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

/** A function that stands for a term near a portfolio, but for its curvature there. */
export interface TermExpansion {
  /** Has the value and the subgradients of the term at the portfolio. */
  readonly model: ConvexTerm;
  /** Shape (n, n). */
  readonly hessian: Matrix;
}

/** A program expanded at a portfolio. */
export interface CurvedProgram {
  /** Terms replaced by their models. */
  readonly flat: ConvexProgram;
  /** The same with ½(v − x)'H(v − x) in the objective, up to a constant. */
  readonly curved: ConvexProgram;
  /** H, the curvature of the Lagrangian that the models lack, shape (n, n). */
  readonly curvature: Matrix;
}

/**
 * Expands terms at x; the curvature of limits counts by their multipliers.
 *
 * @param expand - Gives undefined for terms that stay as they are.
 */
export function expandProgram(
  program: ConvexProgram,
  x: Float64Array,
  {
    multipliers,
    expand,
  }: {
    readonly multipliers: Float64Array;
    readonly expand: (term: ConvexTerm) => TermExpansion | undefined;
  },
): CurvedProgram {
  const n = x.length;
  const curvature = { rows: n, cols: n, values: new Float64Array(n * n) };
  const replace = (term: ConvexTerm, weight: number): ConvexTerm => {
    const expansion = expand(term);
    if (expansion === undefined) {
      return term;
    }
    const { values } = expansion.hessian;
    for (let i = 0; i < values.length; i++) {
      curvature.values[i] += weight * values[i];
    }
    return expansion.model;
  };
  const terms = (program.terms ?? []).map(({ weight, term }) => ({
    weight,
    term: replaceIn(term, weight, replace),
  }));
  const limits = (program.limits ?? []).map(({ limit, term }, j) => ({
    limit,
    term: replaceIn(term, multipliers[j] ?? 0, replace),
  }));
  const flat = { ...program, terms, limits };
  return { flat, curved: addCurvature(flat, curvature, x), curvature };
}

/** Adds ½(v − x)'H(v − x), up to a constant, to an objective in v. */
function addCurvature(program: ConvexProgram, { values }: Matrix, x: Float64Array): ConvexProgram {
  const n = x.length;
  const quadratic = program.quadratic?.values.slice() ?? new Float64Array(n * n);
  const linear = program.linear?.slice() ?? new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      quadratic[i * n + j] += values[i * n + j];
      linear[i] -= values[i * n + j] * x[j];
    }
  }
  return { ...program, linear, quadratic: { rows: n, cols: n, values: quadratic } };
}
