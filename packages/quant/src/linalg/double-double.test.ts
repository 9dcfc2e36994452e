import { describe, expect, it } from "vitest";
import { DoubleDoubles, solveDoubleDoubles } from "./double-double.ts";

describe("DoubleDoubles", () => {
  it("keep what doubles would lose of sums and products", () => {
    const sum = new DoubleDoubles(2);

    sum.set(0, 1);
    sum.add(0, 1e-25);
    sum.add(0, -1);
    sum.set(1, 0);
    // (1 + 2⁻³⁰)² = 1 + 2⁻²⁹ + 2⁻⁶⁰, whose last term a double has no room for.
    sum.subtractProduct(1, 1 + 2 ** -30, 0, 1 + 2 ** -30, 0);
    sum.add(1, 1);
    sum.add(1, 2 ** -29);

    expect(sum.high[0]).toBeCloseTo(1e-25, 40);
    expect(sum.high[1]).toBe(-(2 ** -60));
  });

  it("divide to 31 digits", () => {
    const third = new DoubleDoubles(1);
    third.set(0, 1);

    third.divide(0, 3, 0);
    third.addProduct(0, -1 / 3, 1, 0);

    // 1/3 less its double is 2⁻⁵⁴/3, as the double ends in binary …0101.
    expect(third.high[0] / (2 ** -54 / 3)).toBeCloseTo(1, 14);
  });

  it("solve Hilbert's system of 10, of which doubles keep 3 digits", () => {
    const n = 10;
    const matrix = new DoubleDoubles(n * n);
    const side = new DoubleDoubles(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        matrix.set(i * n + j, 1);
        matrix.divide(i * n + j, i + j + 1, 0);
        side.add(i, matrix.high[i * n + j], matrix.low[i * n + j]);
      }
    }

    // Its right side is that of a solution of ones.
    expect(solveDoubleDoubles(matrix, n, [side])).toBe(true);
    expect(Math.max(...side.high.map((x) => Math.abs(x - 1)))).toBeLessThan(1e-15);
  });

  it("tell of a singular system", () => {
    const matrix = new DoubleDoubles(4);
    matrix.high.fill(1);

    expect(solveDoubleDoubles(matrix, 2, [new DoubleDoubles(2)])).toBe(false);
  });
});
