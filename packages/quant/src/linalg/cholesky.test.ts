import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../../test/reference.ts";
import { choleskyFactor, choleskySolve } from "./cholesky.ts";
import { matrixFromRows, multiplyVector } from "./matrix.ts";

describe("choleskyFactor", () => {
  it("is the textbook factor", () => {
    // By hand: [[2, 0], [1, 3]] times its transpose.
    const factor = choleskyFactor(
      matrixFromRows([
        [4, 2],
        [2, 10],
      ]),
    );

    expect(factor).toEqual(Float64Array.of(2, 0, 1, 3));
  });

  it("is nothing for a matrix that is not positive definite", () => {
    for (const rows of [
      [[0]],
      [[-1]],
      [
        [1, 1],
        [1, 1],
      ],
      [
        [1, 2],
        [2, 1],
      ],
    ]) {
      expect(choleskyFactor(matrixFromRows(rows))).toBeUndefined();
    }
  });
});

describe("choleskySolve", () => {
  it("solves A x = b", () => {
    const entry = fc.integer({ min: -9, max: 9 });
    const three = fc.tuple(entry, entry, entry);

    fc.assert(
      fc.property(fc.tuple(three, three, three), three, (b, solution) => {
        // B B' + I is positive definite.
        const rows = b.map((row, i) =>
          b.map((other, j) => row.reduce((sum, x, k) => sum + x * other[k], i === j ? 1 : 0)),
        );
        const a = matrixFromRows(rows);
        const factor = choleskyFactor(a) ?? new Float64Array(9);
        const x = choleskySolve(factor, multiplyVector(a, Float64Array.from(solution)));
        expect(largestDifference(x, solution)).toBeLessThan(1e-9);
      }),
    );
  });
});
