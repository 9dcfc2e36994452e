import { readFileSync } from "node:fs";
import { type Matrix, normalSource, randomSource } from "@portfolio/quant";

/** Reads a reference document of test/reference/, which the recipe named in it made. */
export function readReference<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`reference/${name}`, import.meta.url), "utf8")) as T;
}

/** Wraps row-major numbers of a reference document. */
export function matrixOf(values: ArrayLike<number>, cols: number): Matrix {
  return { rows: values.length / cols, cols, values: Float64Array.from(values) };
}

/** Finds the largest difference between two vectors of one length. */
export function largestDifference(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) {
    throw new Error(`vectors have ${x.length} and ${y.length} entries`);
  }
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const difference = Math.abs(Number(x[i]) - Number(y[i]));
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** Draws independent standard normal numbers, the same for the same seed. */
export function normals(count: number, seed: number): Float64Array {
  const draw = normalSource(randomSource(seed));
  return Float64Array.from({ length: count }, draw);
}
