import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identity, largestDifference, matrixOf } from "../../test/reference.ts";
import { centeredGram } from "./gram.ts";
import { matrixFromRows, multiplyVector } from "./matrix.ts";
import { symmetricEigen, symmetricEigenvalues } from "./symmetric-eigen.ts";

describe("symmetricEigen", () => {
  it("finds the eigenvalues of a 2 by 2 matrix", () => {
    // By hand: (2 − x)² = 1.
    const a = matrixFromRows([
      [2, 1],
      [1, 2],
    ]);

    expect(largestDifference(symmetricEigenvalues(a), [1, 3])).toBeLessThan(1e-15);
  });

  it("handles one row, zeros and the identity", () => {
    expect(Array.from(symmetricEigenvalues(matrixFromRows([[5]])))).toEqual([5]);
    expect(
      Array.from(
        symmetricEigenvalues(
          matrixFromRows([
            [0, 0],
            [0, 0],
          ]),
        ),
      ),
    ).toEqual([0, 0]);
    expect(Array.from(symmetricEigenvalues(identity(4)))).toEqual([1, 1, 1, 1]);
  });

  it("converges beside entries that are next to nothing", () => {
    // By hand: all but assets 0 and 3 are rounding; 32, 20 and 8 between them give 26 ± 10.
    const loadings = [
      [-4, 4, 0],
      [-3, 0, 3],
      [2, 4, 3],
      [-4, -2, 0],
      [-4, 4, 3],
    ];
    const exponents = [0, -9, -106, 0, -115];
    const a = matrixFromRows(
      loadings.map((f, i) =>
        loadings.map((g, j) => {
          const sum = f.reduce((total, x, k) => total + x * g[k], 0);
          return sum * 10 ** (exponents[i] + exponents[j]);
        }),
      ),
    );

    expect(largestDifference(symmetricEigenvalues(a), [0, 0, 0, 16, 36])).toBeLessThan(1e-13);
    expect(largestDifference(symmetricEigen(a).values, [0, 0, 0, 16, 36])).toBeLessThan(1e-13);
  });

  it.each([1e-320, 1e-300, 1e-150, 1, 1e150, 1e307])("takes entries of the size of %d", (size) => {
    // By hand: (2 − x)² = 1.
    const a = matrixFromRows([
      [2 * size, size],
      [size, 2 * size],
    ]);
    const { values, vectors } = symmetricEigen(a);

    expect(Math.abs(Number(values[0]) / size - 1)).toBeLessThan(1e-3);
    expect(Math.abs(Number(values[1]) / size - 3)).toBeLessThan(1e-3);
    expect(vectors.values.map(Math.abs).every((x) => Math.abs(x - Math.SQRT1_2) < 1e-15)).toBe(
      true,
    );
  });

  it("gives orthonormal vectors of a large matrix that has few eigenvalues", () => {
    // A projection on 20 of 100 directions: the eigenvalue 1 twenty times, and 0 eighty times.
    const n = 100;
    const random = Array.from({ length: 20 * n }, (_, k) => Math.sin(k * k));
    const half = symmetricEigen(centeredGram(matrixOf(random, n), new Float64Array(n)));
    const basis = half.vectors.values.subarray(80 * n);
    const projection = centeredGram({ rows: 20, cols: n, values: basis }, new Float64Array(n));

    const { values, vectors } = symmetricEigen(projection);

    const expected = Array.from({ length: n }, (_, k) => (k < 80 ? 0 : 1));
    expect(largestDifference(values, expected)).toBeLessThan(1e-14);
    const products = centeredGram(vectors, new Float64Array(n));
    expect(largestDifference(products.values, identity(n).values)).toBeLessThan(1e-13);
  });

  it("gives orthonormal vectors with A·v = λ·v", () => {
    const order = fc.integer({ min: 1, max: 12 });

    fc.assert(
      fc.property(order, fc.integer(), fc.boolean(), (n, seed, sparse) => {
        const rows = Array.from({ length: n }, (_, i) =>
          Array.from({ length: n }, (_, j) => {
            const entry = Math.sin(seed + 31 * Math.min(i, j) + 17 * Math.max(i, j));
            return sparse && Math.abs(entry) < 0.7 ? 0 : entry;
          }),
        );
        const a = matrixFromRows(rows);

        const { values, vectors } = symmetricEigen(a);

        for (let k = 0; k < n; k++) {
          const v = vectors.values.subarray(k * n, (k + 1) * n);
          const scaled = v.map((entry) => entry * values[k]);
          expect(largestDifference(multiplyVector(a, v), scaled)).toBeLessThan(1e-13);
          const products = multiplyVector(vectors, v);
          expect(
            largestDifference(products, identity(n).values.subarray(k * n, (k + 1) * n)),
          ).toBeLessThan(1e-13);
        }
        expect(largestDifference(symmetricEigenvalues(a), values)).toBeLessThan(1e-13);
      }),
    );
  });
});
