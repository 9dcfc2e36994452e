// @vitest-environment node
import { RiskMeasureKind } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { describe, expect, it } from "vitest";
import { measureInit, RISK_MEASURE_GROUPS, RISK_MEASURES } from "./risk-measures.ts";

describe("RISK_MEASURES", () => {
  it("has every measure of the contract under its number", () => {
    const names = Object.values(RiskMeasureKind).filter((name) => typeof name === "string");

    expect(names).toHaveLength(RISK_MEASURES.length + 1);
    for (const kind of RISK_MEASURES) {
      const name = kind.replaceAll("-", "_").toUpperCase();
      expect(RiskMeasureKind[measureInit({ kind }).kind]).toBe(name);
    }
  });

  it("offers each measure once", () => {
    expect(Object.values(RISK_MEASURE_GROUPS).flat().toSorted()).toEqual(RISK_MEASURES.toSorted());
  });
});
