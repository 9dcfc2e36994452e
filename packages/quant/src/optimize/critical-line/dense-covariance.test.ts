import { describe, expect, it } from "vitest";
import { uniformSource } from "../../random/splitmix.ts";
import { DenseCovariance } from "./dense-covariance.ts";

const ASSET_COUNT = 40;

/** A symmetric matrix whose largest variance is 3, with one riskless asset. */
function symmetricMatrix() {
  const n = ASSET_COUNT;
  const uniform = uniformSource(5);
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const entry = i === j ? 2 + uniform() : uniform() - 0.5;
      values[i * n + j] = entry;
      values[j * n + i] = entry;
    }
  }
  values[0] = 3;
  values[7 * (n + 1)] = 1e-45;
  return { rows: n, cols: n, values };
}

describe("DenseCovariance", () => {
  it("has the same bits whether rows are scaled at once or when needed", () => {
    const matrix = symmetricMatrix();
    const late = new DenseCovariance(matrix, true);
    const all = new DenseCovariance(matrix);
    const x = new Float64Array(ASSET_COUNT);
    x.set([0.5, 0, 0.25, 0, 0, 0, 0, 0.125, 0, 1]);
    const products = [new Float64Array(ASSET_COUNT), new Float64Array(ASSET_COUNT)];
    late.raise(3, 0.5);
    all.raise(3, 0.5);
    late.multiply(x, products[0]);
    all.multiply(x, products[1]);

    expect(products[0]).toEqual(products[1]);
    expect(late.entry(20, 21)).toBe(all.entry(20, 21));
    expect(late.entry(7, 7)).toBe(0);
    expect(late.valuesWith(11).subarray(11 * ASSET_COUNT, 12 * ASSET_COUNT)).toEqual(
      all.valuesWith(11).subarray(11 * ASSET_COUNT, 12 * ASSET_COUNT),
    );
    expect(late.values).toEqual(all.values);
    expect(late.varianceScale).toBe(3);
  });
});
