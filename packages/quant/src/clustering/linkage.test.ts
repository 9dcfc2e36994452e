import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { leafOrder, singleLinkage } from "./linkage.ts";

/** Distances between points of a line. */
function onLine(points: readonly number[]): Matrix {
  return matrixFromRows(points.map((x) => points.map((y) => Math.abs(x - y))));
}

const points = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), {
  minLength: 1,
  maxLength: 12,
});

describe("singleLinkage", () => {
  it("merges the nearest first", () => {
    // By hand: 0 and 1 are 1 apart, 10 and 12 are 2 apart, and 12 and 1 are nearest at 9.
    expect(singleLinkage(onLine([10, 0, 12, 1]))).toEqual([
      { left: 1, right: 3, distance: 1 },
      { left: 0, right: 2, distance: 2 },
      { left: 4, right: 5, distance: 9 },
    ]);
  });

  it("has the gaps of a line as distances, whatever the order of its points", () => {
    fc.assert(
      fc.property(points, (line) => {
        const sorted = line.toSorted((a, b) => a - b);
        const gaps = sorted.slice(1).map((x, k) => x - (sorted[k] ?? 0));

        expect(singleLinkage(onLine(line)).map(({ distance }) => distance)).toEqual(
          gaps.toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it("has no merge for one item, and refuses none", () => {
    expect(singleLinkage(onLine([3]))).toEqual([]);
    expect(() => singleLinkage(onLine([]))).toThrow(ArgumentError);
    expect(() => singleLinkage(matrixFromRows([[Number.NaN]]))).toThrow(ArgumentError);
  });
});

describe("leafOrder", () => {
  it("goes through the tree from left to right", () => {
    expect(leafOrder(singleLinkage(onLine([10, 0, 12, 1])))).toEqual([1, 3, 0, 2]);
  });

  it("lists every item once, and keeps each cluster together", () => {
    fc.assert(
      fc.property(points, (line) => {
        const merges = singleLinkage(onLine(line));
        const order = leafOrder(merges);
        const members: number[][] = line.map((_, i) => [i]);
        for (const { left, right } of merges) {
          members.push([...(members[left] ?? []), ...(members[right] ?? [])]);
        }

        expect(order.toSorted((a, b) => a - b)).toEqual([...line.keys()]);
        for (const cluster of members) {
          const places = cluster.map((item) => order.indexOf(item));
          expect(Math.max(...places) - Math.min(...places)).toBe(cluster.length - 1);
        }
      }),
    );
  });
});
