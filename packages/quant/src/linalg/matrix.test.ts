import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { dot, matrixFromRows, multiplyVector, requireCovariance } from "./matrix.ts";

describe("matrix", () => {
  it("rejects rows of different lengths", () => {
    expect(() => matrixFromRows([[1, 2], [3]])).toThrow(ArgumentError);
  });

  it("rejects products of mismatched sizes", () => {
    expect(() => multiplyVector(matrixFromRows([[1, 2]]), Float64Array.of(1))).toThrow(
      ArgumentError,
    );
    expect(() => dot(Float64Array.of(1), Float64Array.of(1, 2))).toThrow(ArgumentError);
  });

  it("rejects what cannot be a covariance", () => {
    const bad = [
      [[1, 2]],
      [[Number.NaN]],
      [[-1]],
      [
        [1, 0.2],
        [0.1, 1],
      ],
      [
        [1, 2],
        [2, 1],
      ],
      [
        [0, 0.1],
        [0.1, 1],
      ],
    ];
    for (const rows of bad) {
      expect(() => requireCovariance(matrixFromRows(rows))).toThrow(ArgumentError);
    }
    expect(() =>
      requireCovariance(
        matrixFromRows([
          [0, 0],
          [0, 1],
        ]),
      ),
    ).not.toThrow();
  });
});
