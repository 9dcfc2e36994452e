import type { Matrix } from "@portfolio/quant";

/** The contributions of a method do not sum to the outputs. */
export class AdditivityError extends Error {
  override readonly name = "AdditivityError";
}

const TOLERANCE = 1e-9;

/** What contributions leave open: each output less its expectation and all of its contributions. */
export function gapsOf(
  expectations: Float64Array,
  { cols, values }: Matrix,
  outputs: Float64Array,
): Float64Array {
  return outputs.map((output, i) => {
    let sum = expectations[i];
    for (let k = i * cols; k < (i + 1) * cols; k++) {
      sum += values[k];
    }
    return output - sum;
  });
}

/**
 * As `gapsOf`, for contributions that must be exact.
 *
 * @throws {AdditivityError} A sum misses its output by over 1e-9 of the largest term.
 */
export function checkedGaps(
  expectations: Float64Array,
  contributions: Matrix,
  outputs: Float64Array,
): Float64Array {
  const gaps = gapsOf(expectations, contributions, outputs);
  const { cols, values } = contributions;
  for (let i = 0; i < gaps.length; i++) {
    let largest = Math.max(Math.abs(outputs[i]), Math.abs(expectations[i]));
    for (let k = i * cols; k < (i + 1) * cols; k++) {
      largest = Math.max(largest, Math.abs(values[k]));
    }
    if (!(Math.abs(gaps[i]) <= TOLERANCE * largest)) {
      throw new AdditivityError(`contributions miss output ${i} by ${gaps[i]}`);
    }
  }
  return gaps;
}
