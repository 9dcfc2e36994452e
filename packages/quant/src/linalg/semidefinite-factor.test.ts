import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matrixFromRows } from "./matrix.ts";
import { semidefiniteFactor } from "./semidefinite-factor.ts";

function product(
  factor: { rows: number; cols: number; values: Float64Array },
  i: number,
  j: number,
) {
  let sum = 0;
  for (let k = 0; k < factor.rows; k++) {
    sum += factor.values[k * factor.cols + i] * factor.values[k * factor.cols + j];
  }
  return sum;
}

describe("semidefiniteFactor", () => {
  it("gives back the matrix with as many rows as its rank", () => {
    const entry = fc.double({ min: -2, max: 2, noNaN: true });
    const shape = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }));
    fc.assert(
      fc.property(
        shape.chain(([rank, n]) =>
          fc.array(fc.array(entry, { minLength: n, maxLength: n }), {
            minLength: rank,
            maxLength: rank,
          }),
        ),
        (rows) => {
          const n = rows[0]?.length ?? 0;
          const gram = matrixFromRows(
            Array.from({ length: n }, (_, i) =>
              Array.from({ length: n }, (_, j) => rows.reduce((sum, r) => sum + r[i] * r[j], 0)),
            ),
          );

          const factor = semidefiniteFactor(gram);

          expect(factor.rows).toBeLessThanOrEqual(Math.min(rows.length, n));
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < n; j++) {
              expect(product(factor, i, j)).toBeCloseTo(gram.values[i * n + j], 6);
            }
          }
        },
      ),
    );
  });

  it("has no row where there is no variance", () => {
    expect(
      semidefiniteFactor(
        matrixFromRows([
          [0, 0],
          [0, 0],
        ]),
      ).rows,
    ).toBe(0);
  });

  it("factors a diagonal by square roots, the largest first", () => {
    const { values } = semidefiniteFactor(
      matrixFromRows([
        [4, 0],
        [0, 9],
      ]),
    );
    expect(Array.from(values)).toEqual([0, 3, 2, 0]);
  });
});
