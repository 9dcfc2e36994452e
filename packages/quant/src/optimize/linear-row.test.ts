import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { linearSystem } from "./constraints.ts";
import {
  attainableRange,
  checkRow,
  denseRow,
  groupRow,
  type LinearRow,
  rowValue,
} from "./linear-row.ts";

const OPEN = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

describe("rows", () => {
  it("sum weights", () => {
    const weights = Float64Array.of(0.1, 0.2, 0.7);

    expect(rowValue(groupRow("g", [0, 2], OPEN), weights)).toBeCloseTo(0.8, 15);
    expect(rowValue(denseRow("d", [2, 0, -1], OPEN), weights)).toBeCloseTo(-0.5, 15);
  });

  it("leave out coefficients that are rounding beside the others", () => {
    expect(denseRow("d", [1, 0, 1e-7, -1e-5], OPEN)).toMatchObject({
      assets: [0, 3],
      coefficients: [1, -1e-5],
    });
  });

  it("reach furthest at the bounds that help them", () => {
    const row = denseRow("d", [2, -1], OPEN);

    expect(attainableRange(row, Float64Array.of(-1, 0), Float64Array.of(1, 3))).toEqual({
      lower: -5,
      upper: 2,
    });
  });

  it.each<[string, Partial<LinearRow>]>([
    ["an unknown asset", { assets: [0, 2] }],
    ["an asset twice", { assets: [1, 1] }],
    ["too few coefficients", { coefficients: [1] }],
    ["a coefficient that is not finite", { coefficients: [1, Number.NaN] }],
    ["coefficients of very different size", { coefficients: [1, 1e-9] }],
    ["no number for a limit", { lower: Number.NaN }],
    ["a limit that nothing meets", { lower: Number.POSITIVE_INFINITY }],
  ])("refuse %s", (_, wrong) => {
    const row = { name: "r", assets: [0, 1], coefficients: [1, 2], ...OPEN, ...wrong };

    expect(() => checkRow(row, 2)).toThrow(ArgumentError);
  });
});

describe("linearSystem", () => {
  it("has the budget first and then every row", () => {
    const system = linearSystem({
      lower: Float64Array.of(0, -1),
      upper: Float64Array.of(1, 2),
      budget: { lower: 0.5, upper: 1 },
      rows: [denseRow("d", [0, 3], { lower: 0.1, upper: Number.POSITIVE_INFINITY })],
    });

    expect(Array.from(system.rows.values)).toEqual([1, 1, 0, 3]);
    expect(Array.from(system.rowLower)).toEqual([0.5, 0.1]);
    expect(Array.from(system.rowUpper)).toEqual([1, Number.POSITIVE_INFINITY]);
    expect(Array.from(system.lower)).toEqual([0, -1]);
  });
});
