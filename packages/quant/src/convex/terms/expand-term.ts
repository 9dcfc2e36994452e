import type { TermExpansion } from "../curved-program.ts";
import { expandBarrier, expandGrowth } from "./logarithmic-expansion.ts";
import { expandMoment, isHighMoment, secondMomentBelow } from "./moment-expansion.ts";
import { expandTail, isSmoothTail, tailMeanBelow } from "./tail-expansion.ts";
import type { ConvexTerm } from "./term-forms.ts";

/** Says whether a term is smooth in the weights, or in losses that are convex in them. */
export function isSmooth(term: ConvexTerm): boolean {
  return (
    term.kind === "logarithmic-barrier" ||
    term.kind === "negative-log-growth" ||
    isHighMoment(term) ||
    isSmoothTail(term)
  );
}

/** Expands a smooth term at a portfolio inside its domain; undefined for other terms. */
export function expandTerm(term: ConvexTerm, x: Float64Array): TermExpansion | undefined {
  switch (term.kind) {
    case "logarithmic-barrier":
      return expandBarrier(term, x);
    case "negative-log-growth":
      return expandGrowth(term, x);
    case "moment":
      return isHighMoment(term) ? expandMoment(term, x) : undefined;
    default:
      return isSmoothTail(term) ? expandTail(term, x) : undefined;
  }
}

/** Gives a term nowhere above the given one whose least portfolio is near its own. */
export function termBelow(term: ConvexTerm): ConvexTerm {
  if (isHighMoment(term)) {
    return secondMomentBelow(term);
  }
  return isSmoothTail(term) ? tailMeanBelow(term) : term;
}
