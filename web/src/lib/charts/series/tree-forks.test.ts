import { describe, expect, it } from "vitest";
import { treeForks } from "./tree-forks.ts";

describe("treeForks", () => {
  it("joins leaves at their rows, and clusters at the middle of their branches", () => {
    // Leaves 2, 0, 1 from the top; 0 and 1 are nearest.
    const forks = treeForks(
      [2, 0, 1],
      [
        { left: 0, right: 1, distance: 0.2 },
        { left: 2, right: 3, distance: 0.4 },
      ],
    );

    expect(forks).toEqual([
      { first: { row: 1.5, at: 0 }, second: { row: 2.5, at: 0 }, at: 0.15 },
      { first: { row: 0.5, at: 0 }, second: { row: 2, at: 0.15 }, at: 1 },
    ]);
  });

  it("draws nothing for one leaf, and forks of leaves that are the same", () => {
    expect(treeForks([0], [])).toEqual([]);
    expect(treeForks([0, 1], [{ left: 0, right: 1, distance: 0 }])[0]?.at).toBe(0.15);
  });
});
