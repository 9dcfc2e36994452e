import { describe, expect, it } from "vitest";
import { lineColors } from "./line-colors.ts";

const versions = (...numbers: number[]) => numbers.map((version) => ({ version, detail: "" }));

describe("lineColors", () => {
  it("gives a version its own color, and the next free one where that is taken", () => {
    expect(lineColors(versions(3))).toEqual(["var(--cat-3)"]);
    expect(lineColors(versions(3, 11, 4))).toEqual([
      "var(--cat-3)",
      "var(--cat-4)",
      "var(--cat-5)",
    ]);
  });

  it("counts features of one version through, and has one color for what is left over", () => {
    const features = Array.from({ length: 9 }, (_, k) => ({ version: 5, detail: `feature ${k}` }));
    const colors = lineColors(features);

    expect(new Set(colors).size).toBe(9);
    expect(colors[0]).toBe("var(--cat-1)");
    expect(colors[8]).toContain("--cat-other");
  });
});
