import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { attainableRanges } from "./attainable-ranges.ts";
import { denseRow, groupRow } from "./linear-row.ts";

const OPEN = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

const CONSTRAINTS = {
  lower: Float64Array.of(0, 0.1, 0),
  upper: Float64Array.of(0.5, 1, 0.3),
  budget: 1,
  rows: [groupRow("group tech", [0, 1], { lower: 0, upper: 0.8 })],
};

describe("attainableRanges", () => {
  it("finds what the limits leave of a sum", () => {
    // By hand: the third asset holds 0.2 to 0.3, so the group 0.7 to 0.8 and the return what it
    // makes of that: most with 0.5 in the first, least with 0 in it.
    const mu = [0.1, 0.05, 0.01];
    const [tech, third, expectedReturn] =
      attainableRanges(CONSTRAINTS, [
        groupRow("tech", [0, 1], OPEN),
        groupRow("third", [2], OPEN),
        denseRow("return", mu, OPEN),
      ]) ?? [];

    expect(tech.lower).toBeCloseTo(0.7, 12);
    expect(tech.upper).toBeCloseTo(0.8, 12);
    expect(third.lower).toBeCloseTo(0.2, 12);
    expect(third.upper).toBeCloseTo(0.3, 12);
    expect(expectedReturn.lower).toBeCloseTo(0.7 * 0.05 + 0.3 * 0.01, 12);
    expect(expectedReturn.upper).toBeCloseTo(0.5 * 0.1 + 0.3 * 0.05 + 0.2 * 0.01, 12);
  });

  it("is nothing where no weights satisfy the constraints", () => {
    expect(attainableRanges({ ...CONSTRAINTS, budget: 3 }, [])).toBeUndefined();
    const crossed = { ...CONSTRAINTS, lower: Float64Array.of(0.6, 0, 0) };
    expect(attainableRanges(crossed, [])).toBeUndefined();
  });

  it("rejects sums over assets that do not exist", () => {
    expect(() => attainableRanges(CONSTRAINTS, [groupRow("g", [9], OPEN)])).toThrow(ArgumentError);
  });
});
