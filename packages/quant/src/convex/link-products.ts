import type { Matrix } from "../linalg/matrix.ts";
import type { Link } from "./conic-block.ts";

/** Writes yₜ, what each scenario sees of the variables, into `out`. */
export function linkForward(link: Link, x: Float64Array, out: Float64Array): void {
  if (link.kind === "matrix") {
    multiplyRows(link.matrix, x, out);
    return;
  }
  if (link.kind === "pairs") {
    subtractRows(link, x, out);
    return;
  }
  const { assets, anchor } = link;
  for (let t = 0; t < assets.length; t++) {
    out[t] = x[assets[t]];
  }
  if (anchor !== undefined) {
    for (let t = 0; t < assets.length; t++) {
      out[t] -= anchor.coefficients[t] * x[anchor.column];
    }
  }
}

/** Adds the transposed link times y to the first entries of `out`. */
export function linkBackward(link: Link, y: Float64Array, out: Float64Array): void {
  if (link.kind === "matrix") {
    addTransposedProduct(link.matrix, y, out);
    return;
  }
  if (link.kind === "pairs") {
    addTransposedDifferences(link, y, out);
    return;
  }
  const { assets, anchor } = link;
  for (let t = 0; t < assets.length; t++) {
    out[assets[t]] += y[t];
  }
  if (anchor !== undefined) {
    for (let t = 0; t < assets.length; t++) {
      out[anchor.column] -= anchor.coefficients[t] * y[t];
    }
  }
}

type PairLink = Extract<Link, { readonly kind: "pairs" }>;

function subtractRows({ matrix, pairs }: PairLink, x: Float64Array, out: Float64Array): void {
  const seen = new Float64Array(matrix.rows);
  multiplyRows(matrix, x, seen);
  const { first, second } = pairs;
  for (let p = 0; p < first.length; p++) {
    out[p] = seen[first[p]] - seen[second[p]];
  }
}

function addTransposedDifferences(
  { matrix, pairs }: PairLink,
  y: Float64Array,
  out: Float64Array,
): void {
  const seen = new Float64Array(matrix.rows);
  const { first, second } = pairs;
  for (let p = 0; p < first.length; p++) {
    seen[first[p]] += y[p];
    seen[second[p]] -= y[p];
  }
  addTransposedProduct(matrix, seen, out);
}

function multiplyRows({ rows, cols, values }: Matrix, x: Float64Array, out: Float64Array): void {
  const even = cols - (cols % 4);
  for (let t = 0; t < rows; t++) {
    const row = t * cols;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = 0; j < even; j += 4) {
      s0 += values[row + j] * x[j];
      s1 += values[row + j + 1] * x[j + 1];
      s2 += values[row + j + 2] * x[j + 2];
      s3 += values[row + j + 3] * x[j + 3];
    }
    for (let j = even; j < cols; j++) {
      s0 += values[row + j] * x[j];
    }
    out[t] = s0 + s1 + (s2 + s3);
  }
}

/** Adds A'y to `out`, four rows at a time so that `out` is read and written a quarter as often. */
function addTransposedProduct(
  { rows, cols, values }: Matrix,
  y: Float64Array,
  out: Float64Array,
): void {
  const even = rows - (rows % 4);
  for (let t = 0; t < even; t += 4) {
    const y0 = y[t];
    const y1 = y[t + 1];
    const y2 = y[t + 2];
    const y3 = y[t + 3];
    const r0 = t * cols;
    const r1 = r0 + cols;
    const r2 = r1 + cols;
    const r3 = r2 + cols;
    for (let j = 0; j < cols; j++) {
      out[j] +=
        values[r0 + j] * y0 + values[r1 + j] * y1 + (values[r2 + j] * y2 + values[r3 + j] * y3);
    }
  }
  for (let t = even; t < rows; t++) {
    const row = t * cols;
    for (let j = 0; j < cols; j++) {
      out[j] += values[row + j] * y[t];
    }
  }
}
