// @vitest-environment node
import { describe, expect, it } from "vitest";
import {
  exactPercentAxis,
  horizontalTickCount,
  percentAxis,
  verticalTickCount,
} from "./plot-scales.ts";

const options = { range: [0, 600], tickCount: 6 } as const;

describe("percentAxis", () => {
  it("starts at zero when the values come near it", () => {
    const axis = percentAxis([0.04, 0.2], options);

    expect(axis.scale.domain()[0]).toBe(0);
    expect(axis.hasBreak).toBe(false);
  });

  it("marks a break when the values are far from zero", () => {
    const axis = percentAxis([0.15, 0.2], options);

    expect(axis.scale.domain()[0]).toBeGreaterThan(0.1);
    expect(axis.hasBreak).toBe(true);
  });

  it("includes zero inside when values have both signs", () => {
    const axis = percentAxis([-0.05, 0.2], options);

    expect(axis.ticks).toContain(0);
    expect(axis.hasBreak).toBe(false);
  });

  it("shows as many decimals as neighboring ticks need", () => {
    expect(percentAxis([0, 0.4], options).format(0.05)).toBe("5%");
    expect(percentAxis([0.05, 0.06], options).format(0.052)).toBe("5.2%");
  });

  it("draws something sensible for one value, or none", () => {
    expect(percentAxis([0.1], options).ticks.length).toBeGreaterThan(1);
    expect(percentAxis([], options).ticks.length).toBeGreaterThan(1);
  });

  it("takes values that only rounding tells apart for one", () => {
    const split = [0.1555, 0.1555 + 1e-16];

    for (const axis of [percentAxis(split, options), exactPercentAxis(split, options)]) {
      expect(new Set(axis.ticks).size).toBe(axis.ticks.length);
      expect(new Set(axis.ticks.map(axis.format)).size).toBe(axis.ticks.length);
    }
  });
});

describe("exactPercentAxis", () => {
  it("spans its values and no more", () => {
    expect(exactPercentAxis([0.141, 0.288], options).scale.domain()).toEqual([0.141, 0.288]);
  });
});

describe("tick counts", () => {
  it("leave each label room", () => {
    expect([240, 600, 1200].map(horizontalTickCount)).toEqual([3, 6, 13]);
    expect([60, 190, 320].map(verticalTickCount)).toEqual([2, 4, 5]);
  });
});
