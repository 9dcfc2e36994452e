import { readFileSync } from "node:fs";
import { type Matrix, matrixFromRows } from "../src/linalg/matrix.ts";

/** Reads a reference document of test/reference/. Its recipe is make_reference.py. */
export function readReference<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`reference/${name}`, import.meta.url), "utf8")) as T;
}

/** Wraps row-major numbers of a reference document. */
export function matrixOf(values: readonly number[], cols: number): Matrix {
  return { rows: values.length / cols, cols, values: Float64Array.from(values) };
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
