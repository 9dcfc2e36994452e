import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import { readSampleReturns } from "../../test/sample-returns.ts";
import { ArgumentError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../linalg/matrix.ts";
import { covarianceFromFactors } from "./factor-form.ts";
import { type FactorSelection, regressionFactors } from "./regression-factors.ts";
import { sampleCovariance } from "./sample-covariance.ts";
import type { StepwiseRule } from "./stepwise-selection.ts";

const reference =
  readReference<Readonly<Record<string, readonly number[]>>>("factor-selection.json");
const { stocks, indices } = readSampleReturns(250);
const CRITERIA = ["p-value", "akaike", "schwarz", "adjusted-r-squared"] as const;
const DIRECTIONS = ["forward", "backward"] as const;

function stepwise(rule: Partial<StepwiseRule>): FactorSelection {
  return {
    kind: "stepwise",
    direction: "forward",
    criterion: "p-value",
    pValueMax: 0.05,
    ...rule,
  };
}

function loadingsBy(selection: FactorSelection, returns = stocks, factors = indices): Float64Array {
  return regressionFactors(returns, factors, selection).loadings.values;
}

describe("factors chosen for each asset", () => {
  const rules = DIRECTIONS.flatMap((direction) =>
    CRITERIA.map((criterion) => ({ direction, criterion })),
  );

  it.each(rules)("are those of Riskfolio-Lib: $direction by $criterion", (rule) => {
    const expected = reference[`${rule.direction} ${rule.criterion}`] ?? [];

    expect(largestDifference(loadingsBy(stepwise(rule)), expected)).toBeLessThan(1e-10);
  });

  it.each([0.9, 0.5])("may be principal components that explain %d of them", (varianceShare) => {
    const found = loadingsBy({ kind: "principal-components", varianceShare });

    const expected = reference[`components ${varianceShare}`] ?? [];
    expect(largestDifference(found, expected)).toBeLessThan(1e-10);
  });

  it("keep the sample variances", () => {
    const form = regressionFactors(stocks, indices, stepwise({ criterion: "schwarz" }));

    const sample = sampleCovariance(stocks);
    const { values } = covarianceFromFactors(form);
    for (let i = 0; i < 20; i++) {
      expect(values[i * 21]).toBeCloseTo(sample.values[i * 21] ?? 0, 15);
    }
  });

  it("are one at least", () => {
    // Nothing that has to do with the factors.
    const wave = (step: number) => Array.from({ length: 40 }, (_, t) => [Math.sin(t * t * step)]);
    const asset = matrixFromRows(wave(0.37));
    const factors = matrixFromRows(wave(0.91).map(([x = 0], t) => [x, Math.cos(t * t * 0.53)]));

    for (const direction of DIRECTIONS) {
      const found = loadingsBy(stepwise({ direction, pValueMax: 1e-9 }), asset, factors);
      expect(found.filter((loading) => loading !== 0)).toHaveLength(1);
    }
  });

  it("leave out factors that others explain, and those beyond the days", () => {
    const asset = matrixFromRows([[0.01], [-0.02], [0.03], [0.005], [-0.01]]);
    const twice = matrixFromRows([
      [1, 2],
      [-2, -4],
      [2, 4],
      [1, 2],
      [0, 0],
    ]);
    const many: Matrix = {
      rows: 5,
      cols: 8,
      values: new Float64Array(40).map((_, k) => Math.sin(k * k)),
    };

    for (const { direction, criterion } of rules) {
      const rule = stepwise({ direction, criterion });
      expect(loadingsBy(rule, asset, twice).filter((loading) => loading !== 0)).toHaveLength(1);
      const found = loadingsBy(rule, asset, many);
      expect(found.every(Number.isFinite)).toBe(true);
      expect(found.filter((loading) => loading !== 0).length).toBeLessThanOrEqual(3);
    }
  });

  it("are none where the factors stand still", () => {
    const still: Matrix = { rows: 250, cols: 2, values: new Float64Array(500) };

    for (const { direction, criterion } of rules) {
      const found = loadingsBy(stepwise({ direction, criterion }), stocks, still);
      expect(found.every((loading) => loading === 0)).toBe(true);
    }
  });

  it.each([
    ["share", { kind: "principal-components", varianceShare: 0 } as const],
    ["p-value", stepwise({ pValueMax: 1 })],
  ])("are refused by a wrong %s", (_, selection) => {
    expect(() => loadingsBy(selection)).toThrow(ArgumentError);
  });
});
