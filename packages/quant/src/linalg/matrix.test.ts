import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { uniformSource } from "../random/splitmix.ts";
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

  describe("of a matrix of several tiles", () => {
    const n = 67;
    const values = new Float64Array(n * n).fill(0.25);
    for (let i = 0; i < n; i++) {
      values[i * (n + 1)] = 1;
    }
    const uniform = uniformSource(3);
    const apart = Array.from({ length: 400 }, () => Math.floor(n * n * uniform())).filter(
      (k) => k % (n + 1) !== 0,
    );
    const withEntry = (k: number, entry: number) => ({
      rows: n,
      cols: n,
      values: values.map((value, place) => (place === k ? entry : value)),
    });

    it("says whether it is symmetric to the last bit", () => {
      expect(requireCovariance({ rows: n, cols: n, values })).toBe(true);
      for (const k of apart) {
        expect(requireCovariance(withEntry(k, 0.25 + 1e-12))).toBe(false);
      }
    });

    it.each([Number.NaN, Number.POSITIVE_INFINITY, -2, 0.26])("finds %f anywhere", (bad) => {
      for (const k of apart) {
        expect(() => requireCovariance(withEntry(k, bad))).toThrow(ArgumentError);
      }
    });
  });
});
