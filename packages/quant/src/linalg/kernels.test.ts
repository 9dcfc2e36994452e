import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { largestDifference } from "../../test/reference.ts";
import { linkCovariances } from "../clustering/linkage.ts";
import { deviationsOf } from "../covariance/correlation.ts";
import { ArgumentError } from "../errors.ts";
import { DenseCovariance } from "../optimize/critical-line/dense-covariance.ts";
import { SymmetricMatrix } from "../optimize/critical-line/symmetric-matrix.ts";
import { descendByCoordinate } from "../optimize/risk-budget-descent.ts";
import { centeredGram, weightedGram } from "./gram.ts";
import { kernelsInUse, useKernels } from "./kernels/active-kernels.ts";
import {
  addOuterProduct,
  choleskyInPlace,
  gemv,
  gemvTransposed,
  solveCholesky,
  solveCholeskyMany,
} from "./kernels.ts";
import { multiplyMatrices } from "./matrix-product.ts";
import { symmetricEigen, symmetricEigenvalues } from "./symmetric-eigen.ts";

const SIZES = [0, 1, 2, 3, 5, 7, 8, 17, 64, 100];

/** Numbers in [−1, 1] without a pattern, the same for the same seed. */
function noise(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => {
    const x = Math.sin(12.9898 * (k + 1) + 78.233 * seed) * 43_758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  });
}

/** A positive definite matrix: X'X of 2n + 3 rows. */
function definite(n: number, seed: number): Float64Array {
  const rows = 2 * n + 3;
  return centeredGram({ rows, cols: n, values: noise(rows * n, seed) }, new Float64Array(n)).values;
}

/** The bits of each number, NaN being one number. */
function bitsOf(values: Float64Array): BigUint64Array {
  return new BigUint64Array(
    Float64Array.from(values, (x) => (Number.isNaN(x) ? Number.NaN : x)).buffer,
  );
}

/** Runs work with WebAssembly and with its twin, and expects one result, bit for bit. */
function expectSameBits(work: () => Float64Array): void {
  expect(useKernels("wasm")).toBe(true);
  const wasm = bitsOf(work());
  expect(useKernels("twin")).toBe(true);
  const twin = bitsOf(work());
  // Arrays of 64-bit integers are slow to compare with toEqual.
  expect(wasm.length).toBe(twin.length);
  expect(wasm.findIndex((bits, k) => bits !== twin[k])).toBe(-1);
}

afterEach(() => {
  useKernels("wasm");
});

describe("kernels in WebAssembly and their twin", () => {
  it("are both there, and WebAssembly is the first choice", () => {
    expect(kernelsInUse()).toBe("wasm");
    expect(useKernels("twin")).toBe(true);
    expect(kernelsInUse()).toBe("twin");
  });

  it.each(SIZES)("give the same bits for n = %i", (n) => {
    for (const rows of [0, 1, 5, 256, 259, 513]) {
      const x = { rows, cols: n, values: noise(rows * n, rows) };
      const center = noise(n, 1);
      const weights = noise(rows, 2);
      expectSameBits(() => centeredGram(x, center, weights).values);
      expectSameBits(() => {
        const out = new Float64Array(n * n);
        weightedGram(x, weights, out);
        return out;
      });
    }
    const a = definite(n, n);
    expectSameBits(() => {
      const factor = a.slice();
      expect(choleskyInPlace(factor, n)).toBe(-1);
      return factor;
    });
    const factor = a.slice();
    choleskyInPlace(factor, n);
    for (const m of [0, 1, 3, 4, 9]) {
      expectSameBits(() => {
        const b = noise(n * m, m);
        solveCholeskyMany(factor, n, b, m);
        return b;
      });
    }
  });

  it.each(SIZES)("give the same eigenvalues and eigenvectors for n = %i", (n) => {
    const a = { rows: n, cols: n, values: noise(n * n, n) };
    expectSameBits(() => symmetricEigenvalues(a));
    expectSameBits(() => {
      const { values, vectors } = symmetricEigen(a);
      return Float64Array.of(...values, ...vectors.values);
    });
  });

  it.each(SIZES.filter((n) => n > 0))("give the same risk parity for n = %i", (n) => {
    const covariance = { rows: n, cols: n, values: definite(n, n) };
    const deviations = deviationsOf(covariance);
    const budgets = Float64Array.from({ length: n }, (_, i) => (2 * (i + 1)) / (n * (n + 1)));
    expectSameBits(() => descendByCoordinate(covariance, deviations, budgets));
  });

  it.each(SIZES.filter((n) => n > 0))("give the same tree for n = %i", (n) => {
    const covariance = { rows: n, cols: n, values: definite(n, n) };
    // Equal correlations, of which the first counts, and an asset without variance.
    for (let k = 0; k < n; k++) {
      covariance.values[k] = 0;
      covariance.values[k * n] = 0;
    }
    expectSameBits(() => {
      const merges = linkCovariances(covariance, deviationsOf(covariance));
      return Float64Array.from(
        merges.flatMap(({ left, right, distance }) => [left, right, distance]),
      );
    });
  });

  it.each(SIZES)("give the same symmetric products for n = %i", (n) => {
    expectSameBits(() => {
      const matrix = new SymmetricMatrix();
      const product = new Float64Array(n);
      matrix.reset(130);
      for (let k = 130; k > n; k--) {
        matrix.dropLine(k - 1);
      }
      matrix.addOuter(noise(n, 1), 0.7, 1);
      matrix.addOuter(noise(n, 2), -0.3, 1);
      matrix.multiply(noise(n, 3), product);
      return product;
    });
  });

  it("give the same products with rows", () => {
    const n = 131;
    const covariance = { rows: n, cols: n, values: definite(n, 1) };
    expectSameBits(() => {
      const product = new Float64Array(n);
      new DenseCovariance(covariance, true).multiply(noise(n, 2), product);
      return product;
    });
    // Before they are worth a heap of their own, as well.
    const few = noise(n, 2).fill(0, 54);
    const [product, later] = [new Float64Array(n), new Float64Array(n)];
    const dense = new DenseCovariance(covariance, true);
    dense.multiply(few, product);
    dense.multiply(noise(n, 3), later);
    dense.multiply(few, later);
    expect(later).toEqual(product);
  });

  it("give the same bits for NaN, infinities, zeros, subnormal and huge numbers", () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324, 2.3e-308, 1e-160, 1e160, -1e308];
    const entry = fc.oneof({ weight: 4, arbitrary: fc.double() }, fc.constantFrom(...odd));
    const size = fc.integer({ min: 1, max: 9 });

    fc.assert(
      fc.property(size, size, fc.array(entry, { minLength: 90, maxLength: 90 }), (n, rows, all) => {
        const x = { rows, cols: n, values: Float64Array.from(all.slice(0, rows * n)) };
        const vector = Float64Array.from(all.slice(81, 90));
        expectSameBits(() => {
          const out = new Float64Array(n * n);
          weightedGram(x, vector.slice(0, rows), out);
          return out;
        });
        expectSameBits(() => {
          const factor = Float64Array.from(all.slice(0, n * n));
          const failed = choleskyInPlace(factor, n);
          return Float64Array.of(failed, ...factor);
        });
        expectSameBits(() => {
          const a = { rows: n, cols: n, values: Float64Array.from(all.slice(0, n * n)) };
          const { values, vectors } = symmetricEigen(a);
          return Float64Array.of(...values, ...vectors.values);
        });
        expectSameBits(() => {
          const b = vector.slice(0, n);
          solveCholeskyMany(Float64Array.from(all.slice(0, n * n)), n, b, 1);
          return b;
        });
      }),
    );
  });

  it("take numbers from memory that threads share", () => {
    const n = 7;
    const values = new Float64Array(new SharedArrayBuffer(8 * n * n));
    values.set(definite(n, 3));
    const own = values.slice();

    expect(choleskyInPlace(values, n)).toBe(-1);
    choleskyInPlace(own, n);
    expect(Array.from(values)).toEqual(Array.from(own));
    const gram = centeredGram({ rows: n, cols: n, values }, new Float64Array(n));
    expect(gram).toEqual(centeredGram({ rows: n, cols: n, values: own }, new Float64Array(n)));
  });
});

describe("weightedGram", () => {
  it("is the sum of d x x'", () => {
    // By hand: 2·(1, 3)(1, 3)' − (2, 1)(2, 1)'.
    const out = new Float64Array(4);
    weightedGram(
      { rows: 2, cols: 2, values: Float64Array.of(1, 3, 2, 1) },
      Float64Array.of(2, -1),
      out,
    );

    expect(Array.from(out)).toEqual([-2, 4, 4, 17]);
  });

  it("refuses lengths that do not fit", () => {
    const x = { rows: 1, cols: 2, values: Float64Array.of(1, 2) };
    expect(() => weightedGram(x, new Float64Array(2), new Float64Array(4))).toThrow(ArgumentError);
    expect(() => weightedGram(x, new Float64Array(1), new Float64Array(3))).toThrow(ArgumentError);
  });
});

describe("multiplyMatrices", () => {
  it.each([
    [0, 2, 3],
    [2, 0, 3],
    [1, 1, 1],
    [5, 7, 3],
    [9, 300, 6],
    [33, 256, 130],
  ])("is the product by definition of %i × %i and %i columns, with the same bits", (m, k, n) => {
    const a = { rows: m, cols: k, values: noise(m * k, 1) };
    const b = { rows: k, cols: n, values: noise(k * n, 2) };

    const { values } = multiplyMatrices(a, b);

    expectSameBits(() => multiplyMatrices(a, b).values);
    const expected = Float64Array.from({ length: m * n }, (_, at) => {
      const row = a.values.subarray(Math.floor(at / n) * k, Math.floor(at / n) * k + k);
      return row.reduce((sum, entry, t) => sum + entry * (b.values[t * n + (at % n)] ?? 0), 0);
    });
    expect(largestDifference(values, expected)).toBeLessThan(1e-12);
  });

  it("refuses shapes that do not fit", () => {
    const a = { rows: 1, cols: 2, values: new Float64Array(2) };
    expect(() => multiplyMatrices(a, a)).toThrow(ArgumentError);
  });
});

describe("choleskyInPlace", () => {
  it.each(SIZES)("factors and solves for n = %i", (n) => {
    const a = definite(n, 11);
    const factor = a.slice();

    expect(choleskyInPlace(factor, n)).toBe(-1);

    const product = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n; k++) {
          product[i * n + j] += factor[i * n + k] * factor[j * n + k];
        }
      }
    }
    expect(largestDifference(product, a)).toBeLessThan(1e-12);

    const expected = noise(n * 3, 5);
    const many = new Float64Array(n * 3);
    for (let column = 0; column < 3; column++) {
      const solution = expected.filter((_, k) => k % 3 === column);
      const b = new Float64Array(n);
      gemv(a, solution, b);
      b.forEach((entry, i) => {
        many[i * 3 + column] = entry;
      });
      solveCholesky(factor, n, b);
      expect(largestDifference(b, solution)).toBeLessThan(1e-12);
    }
    solveCholeskyMany(factor, n, many, 3);
    expect(largestDifference(many, expected)).toBeLessThan(1e-12);
  });

  it("names the pivot that fails and leaves the matrix alone", () => {
    for (const failing of [0, 1, 4, 6, 9]) {
      const n = 10;
      const a = definite(n, 2);
      a[failing * n + failing] = -1;
      const kept = a.slice();
      expect(choleskyInPlace(a, n)).toBe(failing);
      expect(a).toEqual(kept);
    }
    expect(choleskyInPlace(Float64Array.of(1, 0, 1, 1), 2, 1e-13)).toBe(1);
    expect(choleskyInPlace(Float64Array.of(Number.NaN), 1)).toBe(0);
  });

  it("refuses lengths that do not fit", () => {
    expect(() => choleskyInPlace(new Float64Array(3), 2)).toThrow(ArgumentError);
    expect(() => solveCholesky(new Float64Array(4), 2, new Float64Array(3))).toThrow(ArgumentError);
  });
});

describe("products with vectors", () => {
  it("agree with the definition", () => {
    for (const [m, n] of [
      [0, 3],
      [3, 0],
      [1, 1],
      [5, 7],
      [8, 4],
    ] as const) {
      const a = noise(m * n, m);
      const x = noise(n, 1);
      const y = noise(m, 2);
      const product = new Float64Array(m);
      const transposed = new Float64Array(n);
      const outer = a.slice();
      gemv(a, x, product);
      gemvTransposed(a, y, transposed);
      addOuterProduct(outer, 0.5, y, x);
      const entry = (i: number, j: number) => a[i * n + j] ?? 0;
      expect(
        largestDifference(
          product,
          Array.from(y, (_, i) => x.reduce((sum, value, j) => sum + value * entry(i, j), 0)),
        ),
      ).toBeLessThan(1e-14);
      expect(
        largestDifference(
          transposed,
          Array.from(x, (_, j) => y.reduce((sum, value, i) => sum + value * entry(i, j), 0)),
        ),
      ).toBeLessThan(1e-14);
      expect(
        largestDifference(
          outer,
          Array.from(a, (value, k) => value + 0.5 * (y[Math.floor(k / n)] ?? 0) * (x[k % n] ?? 0)),
        ),
      ).toBeLessThan(1e-15);
    }
  });
});
