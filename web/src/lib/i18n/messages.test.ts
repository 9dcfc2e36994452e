import { describe, expect, it } from "vitest";
import { pageLanguage } from "./language.ts";

describe("pageLanguage", () => {
  it("is the first preferred language with a catalog, else English", () => {
    expect(pageLanguage(["fr-FR", "de-AT", "en-GB"])).toBe("de");
    expect(pageLanguage(["fr-FR", "en-GB", "de"])).toBe("en");
    expect(pageLanguage([])).toBe("en");
  });

  it("is the stored choice where that has a catalog", () => {
    expect(pageLanguage(["en-US"], "de")).toBe("de");
    expect(pageLanguage(["de-DE"], "en")).toBe("en");
    expect(pageLanguage(["de-DE"], "toString")).toBe("de");
  });
});
