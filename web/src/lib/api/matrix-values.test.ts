// @vitest-environment node
import { create } from "@bufbuild/protobuf";
import { MatrixSchema } from "@portfolio/gen/portfolio/type/v1/matrix_pb.js";
import { describe, expect, it } from "vitest";
import { matrixValues } from "./matrix-values.ts";

describe("matrixValues", () => {
  it("reads both forms of a matrix, the bytes at any offset", () => {
    const numbers = [1.5, -2, 0.1, Number.EPSILON];
    // One byte of something else first, so that the doubles are not aligned.
    const message = new Uint8Array(1 + 8 * numbers.length);
    const view = new DataView(message.buffer, 1);
    for (const [i, number] of numbers.entries()) {
      view.setFloat64(8 * i, number, true);
    }

    const plain = create(MatrixSchema, { rows: 2, cols: 2, values: numbers });
    const packed = create(MatrixSchema, { rows: 2, cols: 2, f64Le: message.subarray(1) });

    expect(Array.from(matrixValues(plain))).toEqual(numbers);
    expect(Array.from(matrixValues(packed))).toEqual(numbers);
  });
});
