// @vitest-environment node
import { describe, expect, it } from "vitest";
import { placeBandLabel } from "./band-labels.ts";

const x = Float64Array.from({ length: 101 }, (_, i) => i * 4);

describe("placeBandLabel", () => {
  it("writes the label where the band is highest", () => {
    const band = { x, top: x.map((at) => Math.abs(at - 300)), bottom: x.map(() => 200) };

    expect(placeBandLabel(band, "QQQ")).toMatchObject({ x: 300, isInside: true });
  });

  it("goes to the right of a band that is high only at its end", () => {
    const band = { x, top: x.map((at) => (at < 390 ? 99 : 80)), bottom: x.map(() => 100) };

    expect(placeBandLabel(band, "VTI")).toEqual({ x: 406, y: 90, isInside: false });
  });

  it("finds no room in a thin band", () => {
    const band = { x, top: x.map(() => 96), bottom: x.map(() => 100) };

    expect(placeBandLabel(band, "GLD")).toBeUndefined();
  });
});
