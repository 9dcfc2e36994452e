// @vitest-environment node
import { describe, expect, it } from "vitest";
import { allocationRows, longPositions } from "./allocation-rows.ts";
import type { ChosenPortfolio } from "./chosen-portfolio.ts";
import { allocationCsv, allocationJson } from "./export-file.ts";

const THIRDS: ChosenPortfolio = {
  symbols: ["A", "B", "C"],
  weights: [1 / 3, 1 / 3, 1 / 3],
  riskShares: [0.5, 0.3, 0.2],
  expectedReturn: 0.1,
  volatility: 0.2,
  sharpe: 0.5,
};

describe("allocationRows", () => {
  it("shows weights that sum to 100.0 %", () => {
    const rows = allocationRows(THIRDS);

    const tenths = rows.map(({ roundedWeight }) => Math.round(roundedWeight * 1000));
    expect(tenths.toSorted()).toEqual([333, 333, 334]);
  });

  it("puts the largest weight first and keeps each asset's own numbers", () => {
    const portfolio = { ...THIRDS, weights: [0.2, 0.5, 0.3] };
    const counts = [{ symbol: "B", shares: 7, price: 10, cost: 70 }];

    const rows = allocationRows(portfolio, counts);

    expect(rows.map(({ symbol }) => symbol)).toEqual(["B", "C", "A"]);
    expect(rows[0]).toMatchObject({ riskShare: 0.3, shares: 7, cost: 70 });
    expect(rows[0]?.change).toBeCloseTo(0.5 - 1 / 3, 12);
    expect(rows[1]?.shares).toBeUndefined();
  });
});

describe("longPositions", () => {
  it("takes a solver's rounding for 0, and never asks for more than the whole", () => {
    const positions = longPositions({ ...THIRDS, weights: [1 + 2e-16, 0, -1e-17] }) ?? [];

    expect(positions.every(({ weight }) => weight >= 0)).toBe(true);
    expect(positions.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(1);
  });

  it("is undefined for a short portfolio", () => {
    expect(longPositions({ ...THIRDS, weights: [1.3, -0.3, 0] })).toBeUndefined();
  });
});

describe("export", () => {
  const content = {
    rows: allocationRows({ ...THIRDS, symbols: ["=A,1", 'B"', "C"] }),
    portfolio: THIRDS,
    source: undefined,
    request: { symbols: ["A"] },
    cash: { amount: 1000, left: 3.5, currency: "USD" },
  };

  it("writes full precision, and text that no spreadsheet takes for a formula", () => {
    const lines = allocationCsv(content).split("\r\n");

    expect(lines[0]).toBe("symbol,weight,change_vs_equal_weight,risk_share,shares,price,cost");
    expect(lines[1]).toBe(`"'=A,1",${1 / 3},0,0.5,,,`);
    expect(lines[2]?.startsWith('"B""",')).toBe(true);
  });

  it("writes JSON with request, figures, allocation and cash", () => {
    const document = JSON.parse(allocationJson(content));

    expect(document).toMatchObject({
      request: { symbols: ["A"] },
      figures: { sharpeRatio: 0.5 },
      cash: { left: 3.5 },
    });
    expect(document.allocation[0]).not.toHaveProperty("roundedWeight");
  });
});
