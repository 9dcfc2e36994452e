import { ArgumentError } from "../../errors.ts";
import { dot, requireFinite } from "../../linalg/matrix.ts";
import { type AffineExpression, scaleExpression } from "../conic-block.ts";
import type { ConicBuilder } from "../conic-builder.ts";
import type { TermForm } from "../term.ts";

/** c'x + Σ weightₖ·ρₖ(x) as one term, such as costs net of returns under one limit. */
export interface SumTerm<Part> {
  readonly kind: "sum";
  /** The vector c, length n. Absent means 0. */
  readonly linear?: Float64Array;
  /** Weights are at least 0. */
  readonly parts: readonly { readonly weight: number; readonly term: Part }[];
}

/** How the parts of a sum are handled. */
export interface PartForms<Part> {
  checkTerm(term: Part, variables: number): void;
  compileTerm(term: Part, builder: ConicBuilder): AffineExpression;
  termValue(term: Part, x: Float64Array): number;
}

/** Handles a sum by handling its parts. */
export function sumForm<Part>(forms: PartForms<Part>): TermForm<SumTerm<Part>> {
  return {
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
        forms.checkTerm(term, variables);
      }
    },

    compile: ({ linear, parts }, builder) =>
      addExpressions([
        ...(linear === undefined ? [] : [{ assets: linear }]),
        ...parts
          .filter(({ weight }) => weight > 0)
          .map(({ weight, term }) => scaleExpression(forms.compileTerm(term, builder), weight)),
      ]),

    value: ({ linear, parts }, x) =>
      parts.reduce(
        (sum, { weight, term }) => sum + (weight > 0 ? weight * forms.termValue(term, x) : 0),
        linear === undefined ? 0 : dot(linear, x),
      ),
  };
}

/** Adds expressions up. */
function addExpressions(expressions: readonly AffineExpression[]): AffineExpression {
  const vectors = expressions.flatMap(({ assets }) => assets ?? []);
  const assets = vectors[0]?.map((_, i) => vectors.reduce((sum, each) => sum + each[i], 0));
  return {
    offset: expressions.reduce((sum, { offset = 0 }) => sum + offset, 0),
    ...(assets === undefined ? {} : { assets }),
    borders: expressions.flatMap(({ borders = [] }) => borders),
    locals: expressions.flatMap(({ locals = [] }) => locals),
  };
}
