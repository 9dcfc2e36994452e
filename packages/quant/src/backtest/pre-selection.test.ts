import { describe, expect, it } from "vitest";
import { readReference } from "../../test/reference.ts";
import { sampleReturns } from "../../test/sample-returns.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import {
  dropCorrelated,
  type SelectionFigure,
  selectExtremes,
  selectNonDominated,
  selectNonExpiring,
} from "./pre-selection.ts";

interface Kept {
  readonly kept: number[];
}

// Made by make_pre_selection.py with skfolio.
const reference = readReference<{
  correlated: (Kept & { threshold: number; absolute: boolean })[];
  extremes: (Kept & { figure: SelectionFigure; lowest: boolean; count: number })[];
  nonDominated: (Kept & { count: number })[];
}>("pre-selection.json");
const returns = sampleReturns(252);

describe("dropCorrelated", () => {
  it.each(reference.correlated)("agrees with skfolio from $threshold on", (one) => {
    expect(Array.from(dropCorrelated(returns, one.threshold, one.absolute))).toEqual(one.kept);
  });

  // Column 1 is the negative of column 0; column 2 never moves.
  const mirrored = matrixFromRows([
    [0.01, -0.01, 0],
    [-0.02, 0.02, 0],
    [0.03, -0.03, 0],
  ]);

  it("counts a mirror image as alike only without signs", () => {
    expect(Array.from(dropCorrelated(mirrored, 0.9, false))).toEqual([0, 1, 2]);
    expect(Array.from(dropCorrelated(mirrored, 0.9, true))).toEqual([0, 2]);
  });

  it("refuses a threshold that is no correlation", () => {
    expect(() => dropCorrelated(mirrored, 1.1, false)).toThrow(ArgumentError);
    expect(() => dropCorrelated(mirrored, Number.NaN, false)).toThrow(ArgumentError);
  });
});

describe("selectExtremes", () => {
  it.each(reference.extremes)("agrees with skfolio on $count by $figure", (one) => {
    const { figure, lowest: isLowest, count } = one;
    expect(Array.from(selectExtremes(returns, count, { figure, isLowest }))).toEqual(one.kept);
  });

  it("keeps the first of equals, and all where there are fewer than asked for", () => {
    const alike: Matrix = { rows: 3, cols: 3, values: new Float64Array(9) };
    const by = { figure: "sharpe", isLowest: false } as const;

    expect(Array.from(selectExtremes(alike, 2, by))).toEqual([0, 1]);
    expect(Array.from(selectExtremes(alike, 9, by))).toEqual([0, 1, 2]);
    expect(() => selectExtremes(alike, 0, by)).toThrow(ArgumentError);
  });

  it("refuses returns that are not finite", () => {
    const broken = { rows: 2, cols: 1, values: Float64Array.of(0.1, Number.NaN) };
    expect(() => selectExtremes(broken, 1, { figure: "mean", isLowest: false })).toThrow(
      ArgumentError,
    );
  });
});

describe("selectNonDominated", () => {
  it.each(reference.nonDominated)("agrees with skfolio on at least $count", ({ count, kept }) => {
    expect(Array.from(selectNonDominated(returns, count))).toEqual(kept);
  });

  it("keeps assets that are the same in both figures together", () => {
    const twins: Matrix = { rows: 2, cols: 2, values: Float64Array.of(0.1, 0.1, -0.1, -0.1) };
    expect(Array.from(selectNonDominated(twins, 1))).toEqual([0, 1]);
    expect(() => selectNonDominated(twins, 1.5)).toThrow(ArgumentError);
  });
});

describe("selectNonExpiring", () => {
  // Made by make_moments.py with skfolio: asset k of the first ten expires k days after the last.
  const { expiring } = readReference<{ expiring: (Kept & { lookahead: number })[] }>(
    "moments.json",
  );
  const expirations = Float64Array.from({ length: 20 }, (_, k) =>
    k < 10 ? 700 + k : Number.POSITIVE_INFINITY,
  );

  it.each(expiring)("agrees with skfolio within $lookahead days", ({ lookahead, kept }) => {
    expect(Array.from(selectNonExpiring(expirations, 700 + lookahead))).toEqual(kept);
  });
});
