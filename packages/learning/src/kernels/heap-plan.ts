import { ArgumentError } from "@portfolio/quant";

const ALIGNMENT = 64;
// Offsets are 32-bit integers with a sign.
const BYTES_MAX = 2 ** 31 - 2 ** 16;

/** Hands out places of a heap before there is one. */
export interface HeapPlan {
  /**
   * Reserves bytes.
   *
   * @returns Their offset, a multiple of 64.
   * @throws {ArgumentError} The heap would exceed 2 GiB.
   */
  readonly bytes: (count: number) => number;
  /** Reserves floats of four bytes. */
  readonly floats: (count: number) => number;
  /** Bytes that the heap needs. */
  readonly length: () => number;
}

/** Starts a plan. */
export function heapPlan(): HeapPlan {
  let end = 0;
  const bytes = (count: number) => {
    const start = end;
    end += Math.ceil(count / ALIGNMENT) * ALIGNMENT;
    if (end > BYTES_MAX) {
      throw new ArgumentError(`training needs ${end} bytes at once, over ${BYTES_MAX}`);
    }
    return start;
  };
  return { bytes, floats: (count) => bytes(4 * count), length: () => end };
}
