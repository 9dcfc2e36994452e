import type { ConvexOptions, ConvexProgram, ConvexResult } from "./program.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

/** Options of a model of a program. */
export interface ModelOptions extends ConvexOptions {
  /** Whether to stop at the tolerance, and not go on as long as that is cheap. */
  readonly isRough?: boolean;
}

/** Solves a model of a program, and measures the answer on the program itself. */
export type SolveModel = (
  model: ConvexProgram,
  program: ConvexProgram,
  options: ModelOptions,
) => ConvexResult;

/** Gives what stands for a term that is no sum; `weight` is its weight in the objective. */
type Replace = (term: ConvexTerm, weight: number) => ConvexTerm;

/** Lists the terms of a program, those of sums one by one. */
export function partsOf({ terms = [], limits = [] }: ConvexProgram): ConvexTerm[] {
  return [...terms, ...limits].flatMap(({ term }) => partsIn(term));
}

function partsIn(term: ConvexTerm): ConvexTerm[] {
  return term.kind === "sum" ? term.parts.flatMap((part) => partsIn(part.term)) : [term];
}

/** Replaces terms of the objective and of limits, which have the weight 1. */
export function replaceTerms(program: ConvexProgram, replace: Replace): ConvexProgram {
  const { terms = [], limits = [] } = program;
  return {
    ...program,
    terms: terms.map(({ weight, term }) => ({ weight, term: replaceIn(term, weight, replace) })),
    limits: limits.map(({ limit, term }) => ({ limit, term: replaceIn(term, 1, replace) })),
  };
}

/** Replaces a term, or every part of a sum. */
export function replaceIn(term: ConvexTerm, weight: number, replace: Replace): ConvexTerm {
  if (term.kind !== "sum") {
    return replace(term, weight);
  }
  const parts = term.parts.map((part) => ({
    weight: part.weight,
    term: replaceIn(part.term, weight * part.weight, replace),
  }));
  return { kind: "sum", parts };
}
