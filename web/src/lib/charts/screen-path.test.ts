// @vitest-environment node
import { describe, expect, it } from "vitest";
import { areaPath, linePath } from "./screen-path.ts";

const x = Float64Array.of(0, 10, 20);

describe("linePath", () => {
  it("joins the points with straight lines", () => {
    expect(linePath(x, Float64Array.of(5, 1 / 3, 7))).toBe("M0,5L10,0.33L20,7");
  });

  it("is empty without points", () => {
    expect(linePath(new Float64Array(), new Float64Array())).toBe("");
  });
});

describe("areaPath", () => {
  it("goes along the top and back along the bottom", () => {
    const area = areaPath(x, Float64Array.of(1, 2, 3), Float64Array.of(9, 8, 7));

    expect(area).toBe("M0,1L10,2L20,3L20,7L10,8L0,9Z");
  });
});
