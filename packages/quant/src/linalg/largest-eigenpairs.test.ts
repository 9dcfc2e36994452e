import { afterEach, describe, expect, it } from "vitest";
import { identity, largestDifference, matrixOf } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { centeredGram } from "./gram.ts";
import { useKernels } from "./kernels/active-kernels.ts";
import { largestEigenpairs } from "./largest-eigenpairs.ts";
import { type Matrix, multiplyVector } from "./matrix.ts";
import { symmetricEigen, symmetricEigenvalues } from "./symmetric-eigen.ts";

/** X'X of n columns and some rows without a pattern. */
function gramOf(rows: number, n: number): Matrix {
  const values = Array.from({ length: rows * n }, (_, k) => Math.sin(k * k));
  return centeredGram(matrixOf(values, n), new Float64Array(n));
}

/** Diagonal matrix of n entries, five of them 3, the rest 1. */
function twoEigenvalues(n: number): Matrix {
  const { values } = identity(n);
  return { rows: n, cols: n, values: values.map((x, k) => (k < 5 * n ? 3 * x : x)) };
}

function expectEigenpairs(a: Matrix, count: number): void {
  const n = a.rows;
  const all = symmetricEigenvalues(a);
  const size = Math.max(Math.abs(Number(all[0])), Math.abs(Number(all[n - 1]))) || 1;

  const { values, vectors } = largestEigenpairs(a, count);

  expect(largestDifference(values, all.slice(n - count))).toBeLessThan(1e-13 * size);
  for (let k = 0; k < count; k++) {
    const v = vectors.values.subarray(k * n, (k + 1) * n);
    const scaled = v.map((entry) => entry * Number(values[k]));
    expect(largestDifference(multiplyVector(a, v), scaled)).toBeLessThan(1e-13 * size);
    const products = multiplyVector(vectors, v);
    expect(
      largestDifference(products, identity(count).values.subarray(k * count, (k + 1) * count)),
    ).toBeLessThan(1e-13);
  }
}

afterEach(() => {
  useKernels("wasm");
});

describe("largestEigenpairs", () => {
  it.each([
    [1, 0],
    [1, 1],
    [5, 1],
    [12, 3],
    [60, 9],
    [60, 10],
    [60, 60],
  ])("gives orthonormal vectors with A·v = λ·v, n = %i and %i of them", (n, count) => {
    expectEigenpairs(gramOf(2 * n, n), count);
  });

  it("finds vectors for equal, zero and clustered eigenvalues", () => {
    expectEigenpairs(identity(70), 10);
    expectEigenpairs(twoEigenvalues(70), 10);
    expectEigenpairs({ rows: 70, cols: 70, values: new Float64Array(4900) }, 10);
    expectEigenpairs(gramOf(4, 70), 10);
    const { vectors } = symmetricEigen(gramOf(140, 70));
    // Eigenvalues 1 − 1e-13 k: much closer than inverse iteration can tell apart.
    const rows = vectors.values.map((x, at) => x * Math.sqrt(1 - 1e-13 * Math.floor(at / 70)));
    expectEigenpairs(centeredGram({ rows: 70, cols: 70, values: rows }, new Float64Array(70)), 10);
  });

  it("has the same bits with WebAssembly and its twin", () => {
    const a = gramOf(90, 70);
    const wasm = largestEigenpairs(a, 9);
    useKernels("twin");
    const twin = largestEigenpairs(a, 9);

    expect(Array.from(twin.values)).toEqual(Array.from(wasm.values));
    expect(Array.from(twin.vectors.values)).toEqual(Array.from(wasm.vectors.values));
  });

  it("refuses counts that make no sense", () => {
    for (const count of [-1, 4, 1.5, Number.NaN]) {
      expect(() => largestEigenpairs(identity(3), count)).toThrow(ArgumentError);
    }
  });
});
