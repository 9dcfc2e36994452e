import type { Matrix } from "../linalg/matrix.ts";
import type { Link, RowPairs } from "./conic-block.ts";

/** Turns a link to rows of a matrix into one to the differences of pairs of them. */
export function pairLink(
  { matrix }: Extract<Link, { readonly kind: "matrix" }>,
  pairs: RowPairs,
  shift: Float64Array | undefined,
) {
  const link: Link = { kind: "pairs", matrix, pairs };
  return { link, scenarios: pairs.first.length, shift };
}

/** The rows of the identity that belong to some assets. */
export function selection(assets: Int32Array, n: number): Matrix {
  const values = new Float64Array(assets.length * n);
  for (let t = 0; t < assets.length; t++) {
    values[t * n + assets[t]] = 1;
  }
  return { rows: assets.length, cols: n, values };
}
