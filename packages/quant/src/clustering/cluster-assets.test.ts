import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { correlationDistances } from "./asset-distances.ts";
import { clusterAssets } from "./cluster-assets.ts";

function correlationTree(correlations: number[][]) {
  return clusterAssets(correlationDistances(matrixFromRows(correlations)), "single");
}

describe("clusterAssets", () => {
  it("joins assets by the distance of their correlation", () => {
    const tree = correlationTree([
      [1, 0.28, 0.5],
      [0.28, 1, -1],
      [0.5, -1, 1],
    ]);

    // √(½·½) = ½ between 0 and 2, √(½·0.72) = 0.6 from there to 1.
    expect(tree.merges).toEqual([
      { left: 0, right: 2, distance: 0.5 },
      { left: 1, right: 3, distance: expect.closeTo(0.6, 15) },
    ]);
    expect(tree.order).toEqual([1, 0, 2]);
  });

  it("takes correlations that rounding put over 1", () => {
    const { merges } = correlationTree([
      [1, 1 + 1e-15],
      [1 + 1e-15, 1],
    ]);

    expect(merges[0]?.distance).toBe(0);
  });

  it("refuses what is no number", () => {
    expect(() => correlationTree([[Number.NaN]])).toThrow(ArgumentError);
  });
});
