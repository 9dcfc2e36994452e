import type { AffineExpression } from "../conic-block.ts";
import type { ConicBuilder } from "../conic-builder.ts";
import type { TermForm } from "../term.ts";
import { type AbsoluteTerm, absoluteForm } from "./absolute.ts";
import { type AffineTerm, affineForm } from "./affine.ts";
import { type SquareOf, type SumOf, squareForm, sumForm } from "./compound.ts";
import {
  type ConditionalValueAtRiskTerm,
  conditionalValueAtRiskForm,
} from "./conditional-value-at-risk.ts";
import { type CountedLossTerm, countedLossForm } from "./counted-loss.ts";
import { type DrawdownTerm, drawdownForm } from "./drawdown.ts";
import { type GiniTerm, giniForm } from "./gini.ts";
import { type GiniModelTerm, giniModelForm } from "./gini-model.ts";
import {
  type LogarithmicBarrierTerm,
  logarithmicBarrierForm,
  type NegativeLogGrowthTerm,
  negativeLogGrowthForm,
} from "./logarithmic.ts";
import { type MomentTerm, momentForm } from "./moment.ts";
import { type NormTerm, normForm } from "./norm.ts";
import { type OrderedTerm, orderedForm } from "./ordered.ts";
import { type OrderedModelTerm, orderedModelForm } from "./ordered-model.ts";
import { type PowerImpactTerm, powerImpactForm } from "./power-impact.ts";
import { type TailLossTerm, tailLossForm } from "./tail-loss.ts";

/** A convex function of the weights, as data. */
export type ConvexTerm =
  | NormTerm
  | AbsoluteTerm
  | AffineTerm
  | ConditionalValueAtRiskTerm
  | CountedLossTerm
  | DrawdownTerm
  | GiniModelTerm
  | GiniTerm
  | LogarithmicBarrierTerm
  | MomentTerm
  | NegativeLogGrowthTerm
  | OrderedModelTerm
  | OrderedTerm
  | PowerImpactTerm
  | SquareTerm
  | SumTerm
  | TailLossTerm;

/** A sum of terms as one term. */
export type SumTerm = SumOf<ConvexTerm>;

/** The square of a term that is nowhere negative. */
export type SquareTerm = SquareOf<ConvexTerm>;

type TermForms = { [K in ConvexTerm["kind"]]: TermForm<Extract<ConvexTerm, { kind: K }>> };

const TERM_FORMS: TermForms = {
  norm: normForm,
  absolute: absoluteForm,
  affine: affineForm,
  "conditional-value-at-risk": conditionalValueAtRiskForm,
  "counted-loss": countedLossForm,
  drawdown: drawdownForm,
  "gini-mean-difference": giniForm,
  "gini-model": giniModelForm,
  "logarithmic-barrier": logarithmicBarrierForm,
  moment: momentForm,
  "negative-log-growth": negativeLogGrowthForm,
  ordered: orderedForm,
  "ordered-model": orderedModelForm,
  "power-impact": powerImpactForm,
  square: squareForm({ check: checkTerm, compile: compileTerm, value: termValue }),
  sum: sumForm({ check: checkTerm, compile: compileTerm, value: termValue }),
  "tail-loss": tailLossForm,
};

// One table lookup for a union of kinds: the compiler cannot see that form and term belong together.
function formOf(term: ConvexTerm): TermForm<ConvexTerm> {
  return TERM_FORMS[term.kind] as TermForm<ConvexTerm>;
}

/** @throws {ArgumentError} The term's data are not what its form asks for. */
export function checkTerm(term: ConvexTerm, variables: number): void {
  formOf(term).check(term, variables);
}

export function compileTerm(term: ConvexTerm, builder: ConicBuilder): AffineExpression {
  return formOf(term).compile(term, builder);
}

/** Computes a term at x from its definition. */
export function termValue(term: ConvexTerm, x: Float64Array): number {
  return formOf(term).value(term, x);
}
