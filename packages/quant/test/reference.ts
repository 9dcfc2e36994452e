import { readFileSync } from "node:fs";
import { type Matrix, matrixFromRows } from "../src/linalg/matrix.ts";
import { groupRow, type LinearRow } from "../src/optimize/linear-row.ts";

/** Reads a reference document of test/reference/. Its recipe is make_reference.py. */
export function readReference<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`reference/${name}`, import.meta.url), "utf8")) as T;
}

/** Wraps row-major numbers of a reference document. */
export function matrixOf(values: readonly number[], cols: number): Matrix {
  return { rows: values.length / cols, cols, values: Float64Array.from(values) };
}

/** A group of assets as the recipes write it; null is no limit. */
export interface ReferenceGroup {
  readonly name: string;
  readonly members: readonly number[];
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Reads the groups of a reference document. */
export function groupRows(groups: readonly ReferenceGroup[]): LinearRow[] {
  return groups.map(({ name, members, lower, upper }) =>
    groupRow(`group ${name}`, members, {
      lower: lower ?? Number.NEGATIVE_INFINITY,
      upper: upper ?? Number.POSITIVE_INFINITY,
    }),
  );
}

/** Finds the largest difference between two vectors. */
export function largestDifference(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) {
    throw new Error(`vectors have ${x.length} and ${y.length} entries`);
  }
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    largest = Math.max(largest, Math.abs(Number(x[i]) - Number(y[i])));
  }
  return largest;
}

/** Makes the identity matrix. */
export function identity(n: number): Matrix {
  return matrixFromRows(
    Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))),
  );
}
