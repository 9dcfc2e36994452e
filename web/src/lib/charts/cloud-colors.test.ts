// @vitest-environment node
import { describe, expect, it } from "vitest";
import { binOf, viridisSteps } from "./cloud-colors.ts";
import { isDarkColor } from "./theme-watch.ts";

describe("viridisSteps", () => {
  it("leaves the darkest colors out on a dark page", () => {
    expect(viridisSteps(false)[0]).not.toBe(viridisSteps(true)[0]);
    expect(viridisSteps(false).at(-1)).toBe(viridisSteps(true).at(-1));
  });
});

describe("binOf", () => {
  it("puts the ends into the first and the last bin", () => {
    expect([0, 0.49, 0.51, 1].map((value) => binOf(value, 0, 1, 2))).toEqual([0, 0, 1, 1]);
  });

  it("puts equal values into the middle", () => {
    expect(binOf(3, 3, 3, 5)).toBe(2);
  });
});

describe("isDarkColor", () => {
  it("tells the dark surface from the light one", () => {
    expect(isDarkColor("#10151c")).toBe(true);
    expect(isDarkColor("#ffffff")).toBe(false);
    expect(isDarkColor("Canvas")).toBe(false);
  });
});
