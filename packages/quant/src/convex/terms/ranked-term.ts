import { deviationTerm } from "./deviation.ts";
import { type GiniTerm, giniForm } from "./gini.ts";
import { type GiniModelTerm, giniModel } from "./gini-model.ts";
import { smoothGini } from "./gini-smooth.ts";
import { normForm } from "./norm.ts";
import { meanPart, type OrderedTerm, orderedForm, stepWeights } from "./ordered.ts";
import { type OrderedModelTerm, orderedModel, orderedTail, tailModel } from "./ordered-model.ts";
import { smoothOrdered } from "./ordered-smooth.ts";
import type { Quadratic } from "./quadratic.ts";
import type { ConvexTerm } from "./term-forms.ts";

// Up to so many, all pairs or all scenarios of all levels are written out.
const ROWS_WRITTEN = 5000;
// The largest share of scenarios in a tail, and the sums of largest losses that first stand for it.
const TAIL_MAX = 0.2;
const TAIL_SUMS = 4;

/** A measure of the ranks of many scenarios. */
export type RankedTerm = GiniTerm | OrderedTerm;

/** A model of one, in which most scenarios keep the ranks that they have for a portfolio. */
export type RankedModel = GiniModelTerm | OrderedModelTerm;

/** Says whether a term would have more rows than are written out. */
export function isRanked(term: ConvexTerm): term is RankedTerm {
  switch (term.kind) {
    case "gini-mean-difference":
      return (term.returns.rows * (term.returns.rows - 1)) / 2 > ROWS_WRITTEN;
    case "ordered":
      return term.returns.rows * stepWeights(term).steps.filter(Boolean).length > ROWS_WRITTEN;
    default:
      return false;
  }
}

/**
 * Makes a term near the measure to start from: a multiple of the standard deviation, and of the
 * mean loss where the measure has one, that is right for equal weights.
 */
export function rankedStart(term: RankedTerm): ConvexTerm {
  const n = term.returns.cols;
  const equal = new Float64Array(n).fill(1 / n);
  const deviation = normForm.value(deviationTerm(term, 1), equal);
  if (term.kind === "gini-mean-difference") {
    return deviationTerm(term, factorOf(giniForm.value(term, equal), deviation));
  }
  const mean = meanPart(term);
  const rest = orderedForm.value(term, equal) - mean.slope.reduce((sum, m) => sum + m / n, 0);
  return {
    kind: "sum",
    parts: [
      { weight: 1, term: mean },
      { weight: 1, term: deviationTerm(term, factorOf(rest, deviation)) },
    ],
  };
}

/** Says whether a measure weighs a few of the largest losses only. */
export function isRankedTail(term: RankedTerm): boolean {
  return term.kind === "ordered" && orderedTail(term) <= TAIL_MAX * term.returns.rows;
}

/** Makes a term near the measure of a tail, for the largest losses of a portfolio. */
export function rankedTail(term: RankedTerm, x: Float64Array): ConvexTerm {
  return term.kind === "ordered" && isRankedTail(term)
    ? tailModel(term, x, TAIL_SUMS)
    : rankedStart(term);
}

/** Evaluates the measure with its kinks rounded off over a width. */
export function smoothRanked(term: RankedTerm, x: Float64Array, width: number): Quadratic {
  return term.kind === "ordered" ? smoothOrdered(term, x, width) : smoothGini(term, x, width);
}

/** Makes the model at a portfolio. */
export function rankedModel(
  term: RankedTerm,
  x: Float64Array,
  { near, before }: { readonly near: number; readonly before: RankedModel | undefined },
): RankedModel {
  return term.kind === "ordered"
    ? orderedModel(term, x, { near, ...(before?.kind === "ordered-model" && { before }) })
    : giniModel(term, x, { near, ...(before?.kind === "gini-model" && { before }) });
}

function factorOf(rest: number, deviation: number): number {
  return rest > 0 && deviation > 0 ? rest / deviation : 1;
}
