import type { AffineExpression } from "../conic-block.ts";

/** c'x + Σ weightₖ·ρₖ(x) as one term, such as costs net of returns under one limit. */
export interface SumTerm<Part> {
  readonly kind: "sum";
  /** The vector c, length n. Absent means 0. */
  readonly linear?: Float64Array;
  /** Weights are at least 0. */
  readonly parts: readonly { readonly weight: number; readonly term: Part }[];
}

/** Adds expressions up. */
export function addExpressions(expressions: readonly AffineExpression[]): AffineExpression {
  const vectors = expressions.flatMap(({ assets }) => assets ?? []);
  const assets = vectors[0]?.map((_, i) => vectors.reduce((sum, each) => sum + each[i], 0));
  return {
    offset: expressions.reduce((sum, { offset = 0 }) => sum + offset, 0),
    ...(assets === undefined ? {} : { assets }),
    borders: expressions.flatMap(({ borders = [] }) => borders),
    locals: expressions.flatMap(({ locals = [] }) => locals),
  };
}
