import type { Matrix } from "../linalg/matrix.ts";

/** Days without a price that count as unchanged: more than a public holiday, less than an end. */
const UNCHANGED_DAYS_MAX = 5;

/**
 * Fills the last close into the days without a price that follow it, up to five in a row.
 *
 * What is filled depends on the past alone: whether prices go on is not known on the day.
 */
export function fillShortGaps({ rows, cols, values }: Matrix): Matrix {
  const filled = Float64Array.from(values);
  for (let j = 0; j < cols; j++) {
    let missing = 0;
    for (let t = 0; t < rows; t++) {
      const at = t * cols + j;
      missing = Number.isNaN(values[at]) ? missing + 1 : 0;
      if (missing > 0 && missing <= UNCHANGED_DAYS_MAX && t > 0) {
        filled[at] = filled[at - cols];
      }
    }
  }
  return { rows, cols, values: filled };
}
