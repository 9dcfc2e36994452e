import { describe, expect, it } from "vitest";
import { canonicalText } from "./provenance.ts";

describe("canonicalText", () => {
  it("is the same for equal data, whatever the order of keys", () => {
    const one = canonicalText({ b: [1, "x"], a: { c: undefined, d: Number.NEGATIVE_INFINITY } });
    const other = canonicalText({ a: { d: Number.NEGATIVE_INFINITY }, b: [1, "x"] });

    expect(one).toBe(other);
  });

  it("tells numbers apart to the last bit, but not the two zeros", () => {
    expect(canonicalText(0.1 + 0.2)).not.toBe(canonicalText(0.3));
    expect(canonicalText(Float64Array.of(0.1 + 0.2))).not.toBe(canonicalText(Float64Array.of(0.3)));
    expect(canonicalText(-0)).toBe(canonicalText(0));
    expect(canonicalText(Float64Array.of(-0))).toBe(canonicalText(Float64Array.of(0)));
  });

  it("tells a text from a number, and a list of one from its entry", () => {
    expect(canonicalText("1")).not.toBe(canonicalText(1));
    expect(canonicalText(["a"])).not.toBe(canonicalText("a"));
  });
});
