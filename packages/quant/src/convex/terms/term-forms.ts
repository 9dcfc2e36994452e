import { ArgumentError } from "../../errors.ts";
import { addScaled } from "../affine.ts";
import type { AffineExpression } from "../conic-block.ts";
import type { ConicBuilder } from "../conic-builder.ts";
import type { TermForm } from "../term.ts";
import { type AbsoluteTerm, absoluteForm } from "./absolute.ts";
import {
  type ConditionalValueAtRiskTerm,
  conditionalValueAtRiskForm,
} from "./conditional-value-at-risk.ts";
import { type EntropicValueAtRiskTerm, entropicValueAtRiskForm } from "./entropic-value-at-risk.ts";
import {
  type BestRealizationTerm,
  bestRealizationForm,
  type WorstRealizationTerm,
  worstRealizationForm,
} from "./extreme-return.ts";
import {
  type LogarithmicBarrierTerm,
  logarithmicBarrierForm,
  type NegativeLogGrowthTerm,
  negativeLogGrowthForm,
} from "./logarithmic.ts";
import { type NormTerm, normForm } from "./norm.ts";
import { type PowerImpactTerm, powerImpactForm } from "./power-impact.ts";
import {
  type DownsideDeviationTerm,
  downsideDeviationForm,
  type LowerPartialMomentTerm,
  lowerPartialMomentForm,
  type MeanAbsoluteDeviationTerm,
  meanAbsoluteDeviationForm,
} from "./shortfall.ts";

/** A convex function of the weights, as data. */
export type ConvexTerm =
  | AbsoluteTerm
  | BestRealizationTerm
  | ConditionalValueAtRiskTerm
  | DownsideDeviationTerm
  | EntropicValueAtRiskTerm
  | LogarithmicBarrierTerm
  | LowerPartialMomentTerm
  | MeanAbsoluteDeviationTerm
  | NegativeLogGrowthTerm
  | NormTerm
  | PowerImpactTerm
  | SumTerm
  | WorstRealizationTerm;

/** Σ weight·ρ(x): a range, a piecewise linear cost, a risk with its robustness margin. */
export interface SumTerm {
  readonly kind: "sum";
  readonly parts: readonly { readonly weight: number; readonly term: ConvexTerm }[];
}

const sumForm: TermForm<SumTerm> = {
  check({ parts }, variables) {
    for (const { weight, term } of parts) {
      if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
        throw new ArgumentError(`weight in a sum of terms is ${weight}`);
      }
      checkTerm(term, variables);
    }
  },

  compile({ parts }, builder) {
    let sum: AffineExpression = {};
    for (const { weight, term } of parts) {
      sum = addScaled(sum, compileTerm(term, builder), weight);
    }
    return sum;
  },

  value({ parts }, x) {
    return parts.reduce((sum, { weight, term }) => sum + weight * termValue(term, x), 0);
  },
};

type TermForms = { [K in ConvexTerm["kind"]]: TermForm<Extract<ConvexTerm, { kind: K }>> };

const TERM_FORMS: TermForms = {
  absolute: absoluteForm,
  "best-realization": bestRealizationForm,
  "conditional-value-at-risk": conditionalValueAtRiskForm,
  "downside-deviation": downsideDeviationForm,
  "entropic-value-at-risk": entropicValueAtRiskForm,
  "logarithmic-barrier": logarithmicBarrierForm,
  "lower-partial-moment": lowerPartialMomentForm,
  "mean-absolute-deviation": meanAbsoluteDeviationForm,
  "negative-log-growth": negativeLogGrowthForm,
  norm: normForm,
  "power-impact": powerImpactForm,
  sum: sumForm,
  "worst-realization": worstRealizationForm,
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
