// @vitest-environment node
import { describe, expect, it } from "vitest";
import { placeLabels, squareAround } from "./label-placement.ts";

const bounds = { left: 0, top: 0, right: 400, bottom: 200 };

describe("placeLabels", () => {
  it("writes a label to the right of its point", () => {
    const [label] = placeLabels([{ x: 100, y: 100, text: "BND" }], [], bounds);

    expect(label).toMatchObject({ labelX: 108, anchor: "start" });
  });

  it("turns to the left at the right edge", () => {
    const [label] = placeLabels([{ x: 395, y: 100, text: "QQQ" }], [], bounds);

    expect(label).toMatchObject({ labelX: 387, anchor: "end" });
  });

  it("keeps labels of close points apart", () => {
    const texts = ["BND", "TIP", "GLD"];

    const labels = placeLabels(
      texts.map((text, i) => ({ x: 200, y: 100 + 5 * i, text })),
      [],
      bounds,
    );

    // The first is to the right, the next to the left, and the last where neither reaches.
    expect(labels.map(({ anchor }) => anchor)).toEqual(["start", "end", "middle"]);
  });

  it("leaves out a label that finds no room", () => {
    const wall = squareAround(200, 100, 150);

    expect(placeLabels([{ x: 200, y: 100, text: "BND" }], [wall], bounds)).toEqual([]);
  });
});
