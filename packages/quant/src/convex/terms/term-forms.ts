import { ArgumentError } from "../../errors.ts";
import { dot, requireFinite } from "../../linalg/matrix.ts";
import { type AffineExpression, scaleExpression } from "../conic-block.ts";
import type { ConicBuilder } from "../conic-builder.ts";
import type { TermForm } from "../term.ts";
import { type AbsoluteTerm, absoluteForm } from "./absolute.ts";
import {
  type ConditionalValueAtRiskTerm,
  conditionalValueAtRiskForm,
} from "./conditional-value-at-risk.ts";
import { type NormTerm, normForm } from "./norm.ts";
import { addExpressions, type SumTerm } from "./sum.ts";

/** A convex function of the weights, as data. */
export type ConvexTerm = NormTerm | AbsoluteTerm | ConditionalValueAtRiskTerm | SumTerm<ConvexTerm>;

type TermForms = { [K in ConvexTerm["kind"]]: TermForm<Extract<ConvexTerm, { kind: K }>> };

const TERM_FORMS: TermForms = {
  norm: normForm,
  absolute: absoluteForm,
  "conditional-value-at-risk": conditionalValueAtRiskForm,
  sum: {
    check({ linear, parts }, variables) {
      if (linear !== undefined) {
        requireFinite(linear, "linear part");
        if (linear.length !== variables) {
          throw new ArgumentError(`linear part has ${linear.length} entries, not ${variables}`);
        }
      }
      for (const { weight, term } of parts) {
        if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
          throw new ArgumentError(`weight of a part is ${weight}, not at least 0 and finite`);
        }
        checkTerm(term, variables);
      }
    },
    compile: ({ linear, parts }, builder) =>
      addExpressions([
        ...(linear === undefined ? [] : [{ assets: linear }]),
        ...parts
          .filter(({ weight }) => weight > 0)
          .map(({ weight, term }) => scaleExpression(compileTerm(term, builder), weight)),
      ]),
    value: ({ linear, parts }, x) =>
      parts.reduce(
        (sum, { weight, term }) => sum + (weight > 0 ? weight * termValue(term, x) : 0),
        linear === undefined ? 0 : dot(linear, x),
      ),
  },
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
