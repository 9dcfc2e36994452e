/** A system A·x = b of symmetric positive semidefinite A, reduced to rows that say something new. */
export interface ReducedSystem {
  readonly status: "reduced";
  /** Rows kept, ascending; the others follow from them. */
  readonly kept: readonly number[];
  /** Cholesky factor L of A restricted to the kept rows, row-major. */
  readonly factor: Float64Array;
}

/** Rows of a system that cannot all hold. */
export interface ContradictoryRows {
  readonly status: "contradictory";
  /** The smallest such set that contains its last row, ascending. */
  readonly rows: readonly number[];
}

// A pivot below this part of its diagonal entry is rounding: the row depends on earlier ones.
const DEPENDENT = 1e-12;
// A coefficient below this takes no part in a dependence.
const NEGLIGIBLE = 1e-7;

/**
 * Drops the rows of A·x = b that depend on earlier rows, after checking that their b does too.
 *
 * @param a - Symmetric positive semidefinite A, row-major, shape (k, k).
 * @param b - Right side, length k.
 * @param tolerances - Error of each b that still counts as rounding, length k.
 */
export function reduceSystem(
  a: Float64Array,
  b: Float64Array,
  tolerances: Float64Array,
): ReducedSystem | ContradictoryRows {
  const k = b.length;
  const kept: number[] = [];
  const lines: Float64Array[] = [];
  for (let row = 0; row < k; row++) {
    const line = new Float64Array(kept.length + 1);
    let pivot = a[row * k + row];
    for (const [i, other] of kept.entries()) {
      line[i] = (a[row * k + other] - partialDot(line, lines[i], i)) / lines[i][i];
      pivot -= line[i] * line[i];
    }
    if (pivot > DEPENDENT * a[row * k + row]) {
      line[kept.length] = Math.sqrt(pivot);
      kept.push(row);
      lines.push(line);
      continue;
    }
    const conflict = conflictOf(row, line, { kept, lines }, b, tolerances);
    if (conflict !== undefined) {
      return { status: "contradictory", rows: conflict };
    }
  }
  const factor = new Float64Array(kept.length ** 2);
  for (const [i, line] of lines.entries()) {
    factor.set(line, i * kept.length);
  }
  return { status: "reduced", kept, factor };
}

/** Names the rows that a dependent row contradicts, together with it; nothing if it agrees. */
function conflictOf(
  row: number,
  line: Float64Array,
  { kept, lines }: { readonly kept: readonly number[]; readonly lines: readonly Float64Array[] },
  b: Float64Array,
  tolerances: Float64Array,
): readonly number[] | undefined {
  const coefficients = line.slice(0, kept.length);
  for (let i = kept.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < kept.length; j++) {
      coefficients[i] -= lines[j][i] * coefficients[j];
    }
    coefficients[i] /= lines[i][i];
  }
  let residual = b[row];
  let tolerance = tolerances[row];
  for (const [i, other] of kept.entries()) {
    residual -= coefficients[i] * b[other];
    tolerance += Math.abs(coefficients[i]) * tolerances[other];
  }
  if (Math.abs(residual) <= tolerance) {
    return undefined;
  }
  const parties = kept.filter((_, i) => Math.abs(coefficients[i]) > NEGLIGIBLE);
  return [...parties, row];
}

function partialDot(x: Float64Array, y: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += x[i] * y[i];
  }
  return sum;
}
