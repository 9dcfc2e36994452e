import { describe, expect, it } from "vitest";
import { pageLanguage } from "./messages.ts";

describe("pageLanguage", () => {
  it("is the first preferred language with a catalog, else English", () => {
    expect(pageLanguage(["fr-FR", "en-GB"])).toBe("en");
    expect(pageLanguage([])).toBe("en");
  });
});
