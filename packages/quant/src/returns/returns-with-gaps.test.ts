import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { returnsWithGaps } from "./returns-with-gaps.ts";

describe("returnsWithGaps", () => {
  it("gives a return only between two prices in a row", () => {
    // By hand: 2 → 3 is ½; what lies around the gap is missing.
    const gap = Number.NaN;
    const { values } = returnsWithGaps(matrixFromRows([[2], [3], [gap], [6], [3]]));

    expect(Array.from(values)).toEqual([0.5, gap, gap, -0.5]);
  });

  it("refuses prices that are not positive, and no prices", () => {
    expect(() => returnsWithGaps(matrixFromRows([[0], [1]]))).toThrow(ArgumentError);
    expect(() => returnsWithGaps(matrixFromRows([[1], [Number.POSITIVE_INFINITY]]))).toThrow(
      ArgumentError,
    );
    expect(() => returnsWithGaps(matrixFromRows([]))).toThrow(ArgumentError);
  });
});
