// @vitest-environment node
import { describe, expect, it } from "vitest";
import { assignColorSlots, CATEGORY_COUNT, categoryColor } from "./colors.ts";

const EIGHT = ["AAPL", "BND", "EEM", "GLD", "QQQ", "TIP", "VTI", "XOM"];

describe("assignColorSlots", () => {
  it("gives up to eight symbols a color each", () => {
    const slots = assignColorSlots(EIGHT, []);

    expect(new Set(slots.values())).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
  });

  it("does not depend on the order of the symbols or on their importance", () => {
    const one = assignColorSlots(EIGHT, [1, 2, 3, 4, 5, 6, 7, 8]);
    const other = assignColorSlots(EIGHT.toReversed(), [1, 2, 3, 4, 5, 6, 7, 8]);

    expect(EIGHT.map((symbol) => other.get(symbol))).toEqual(
      EIGHT.map((symbol) => one.get(symbol)),
    );
  });

  it("colors the seven most important of nine, and leaves the rest to Other", () => {
    const slots = assignColorSlots([...EIGHT, "ZZZ"], [9, 8, 7, 6, 5, 4, 3, 2, 1]);

    expect(slots.get("XOM")).toBeNull();
    expect(slots.get("ZZZ")).toBeNull();
    expect([...slots.values()].filter((slot) => slot !== null)).toHaveLength(CATEGORY_COUNT - 1);
  });

  it("lets a symbol keep its color when others join", () => {
    const before = assignColorSlots(["QQQ", "VTI"], []);

    const after = assignColorSlots(EIGHT, [], before);

    expect(after.get("QQQ")).toBe(before.get("QQQ"));
    expect(after.get("VTI")).toBe(before.get("VTI"));
    expect(new Set(after.values()).size).toBe(EIGHT.length);
  });
});

describe("categoryColor", () => {
  it("names the theme's variable of a slot, and of Other", () => {
    expect(categoryColor(0)).toBe("var(--cat-1)");
    expect(categoryColor(7)).toBe("var(--cat-8)");
    expect(categoryColor(null)).toContain("--cat-other");
  });
});
