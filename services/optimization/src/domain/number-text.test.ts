import { describe, expect, it } from "vitest";
import { compactText, countText, namesText, percentText } from "./number-text.ts";

describe("percentText", () => {
  it("writes up to six digits and no trailing zeros", () => {
    expect(percentText(0.08)).toBe("8 %");
    expect(percentText(0.123456789)).toBe("12.3457 %");
    expect(percentText(-0.5)).toBe("-50 %");
    expect(percentText(0)).toBe("0 %");
  });

  it("rounds a limit to the side on which it still holds", () => {
    expect(percentText(0.123456789, "down")).toBe("12.3456 %");
    expect(percentText(0.123456111, "up")).toBe("12.3457 %");
    expect(percentText(0.1, "up")).toBe("10 %");
  });
});

describe("compactText", () => {
  it("keeps small numbers readable", () => {
    expect(compactText(-1.23456789e-12)).toBe("-1.23457e-12");
  });
});

describe("countText", () => {
  it("knows one from many", () => {
    expect(countText(1, "day")).toBe("1 day");
    expect(countText(0, "day")).toBe("0 days");
  });
});

describe("namesText", () => {
  it("lists five names at most", () => {
    expect(namesText(["A", "B"])).toBe("A, B");
    expect(namesText(["A", "B", "C", "D", "E", "F", "G"])).toBe("A, B, C, D, E and 2 more");
  });
});
