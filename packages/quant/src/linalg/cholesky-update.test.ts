import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../../test/reference.ts";
import { ArgumentError } from "../errors.ts";
import { downdateCholesky, updateCholesky } from "./cholesky-update.ts";
import { addOuterProduct, choleskyInPlace } from "./kernels.ts";

/** I + vv' + ww': positive definite. */
function definite(v: Float64Array, w: Float64Array): Float64Array {
  const n = v.length;
  const a = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
  addOuterProduct(a, 1, v, v);
  addOuterProduct(a, 1, w, w);
  return a;
}

function factorOf(a: Float64Array, n: number): Float64Array {
  const factor = a.slice();
  expect(choleskyInPlace(factor, n)).toBe(-1);
  return factor;
}

const entry = fc.double({ min: -3, max: 3, noNaN: true });
const vectors = fc
  .integer({ min: 1, max: 21 })
  .chain((n) => {
    const vector = fc.array(entry, { minLength: n, maxLength: n });
    return fc.tuple(vector, vector, vector);
  })
  .map((lists) => lists.map((list) => Float64Array.from(list)));

describe("updateCholesky and downdateCholesky", () => {
  it("give the factor of A + xx', and of A again", () => {
    fc.assert(
      fc.property(vectors, ([v, w, x]) => {
        const n = x?.length ?? 0;
        if (v === undefined || w === undefined || x === undefined) {
          throw new Error("three vectors");
        }
        const a = definite(v, w);
        const sum = a.slice();
        addOuterProduct(sum, 1, x, x);
        const factor = factorOf(a, n);

        updateCholesky(factor, n, x.slice());
        expect(largestDifference(factor, factorOf(sum, n))).toBeLessThan(1e-12);

        expect(downdateCholesky(factor, n, x.slice())).toBe(true);
        expect(largestDifference(factor, factorOf(a, n))).toBeLessThan(1e-10);
      }),
    );
  });

  it("leave the factor alone where A − xx' is not positive definite", () => {
    // By hand: I − xx' has the eigenvalue 1 − x'x = 0, and less, and NaN.
    for (const x of [
      [0.6, 0.8],
      [2, 0],
      [Number.NaN, 0],
    ]) {
      const factor = Float64Array.of(1, 0, 0, 1);
      expect(downdateCholesky(factor, 2, Float64Array.from(x))).toBe(false);
      expect(Array.from(factor)).toEqual([1, 0, 0, 1]);
    }
  });

  it("refuse lengths that do not fit", () => {
    expect(() => updateCholesky(new Float64Array(4), 2, new Float64Array(1))).toThrow(
      ArgumentError,
    );
    expect(() => downdateCholesky(new Float64Array(3), 2, new Float64Array(2))).toThrow(
      ArgumentError,
    );
  });
});
