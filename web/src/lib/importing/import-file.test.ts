// @vitest-environment node
import { describe, expect, it } from "vitest";
import { datasetIdOf } from "./import-file.ts";

describe("datasetIdOf", () => {
  it.each([
    ["prices.csv", "prices"],
    ["My Prices (2).csv.gz", "my-prices-2"],
    ["2024 Überblick.csv", "uberblick"],
    ["sample.csv", "imported"],
    ["你好.csv", "imported"],
    [`${"x".repeat(80)}.csv`, "x".repeat(63)],
  ])("makes of %s the identifier %s", (name, id) => {
    expect(datasetIdOf(name)).toBe(id);
    expect(id).toMatch(/^[a-z][a-z0-9-]{0,62}$/u);
  });
});
