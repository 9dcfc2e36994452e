import { describe, expect, it } from "vitest";
import { studentQuantileTable } from "./student-quantile-table.ts";
import { studentQuantile } from "./student-t.ts";

describe("studentQuantileTable", () => {
  it.each([2.5, 4, 25])("is near the quantile of %f degrees of freedom", (degrees) => {
    const quantile = studentQuantileTable(degrees);

    for (let k = 1; k < 400; k++) {
      const near = Math.exp((-26.9 * k) / 400) / 2;
      for (const probability of [near, 1 - near, k / 400]) {
        const exact = studentQuantile(probability, degrees);
        expect(Math.abs(quantile(probability) - exact)).toBeLessThan(
          1e-6 * Math.max(1, Math.abs(exact)),
        );
      }
    }
  });

  it("is 0 in the middle and finite at the ends", () => {
    const quantile = studentQuantileTable(4);

    expect(quantile(0.5)).toBeCloseTo(0, 12);
    expect(quantile(0)).toBeCloseTo(studentQuantile(1e-12, 4), 6);
    expect(quantile(1)).toBe(-quantile(0));
  });
});
