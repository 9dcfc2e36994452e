import { describe, expect, it } from "vitest";
import type { Vocabulary } from "../expression/vocabulary.ts";
import { parseDistributionViews, parseReturnView } from "./parse-view.ts";
import type { Measured } from "./view-functions.ts";

const WORDS: Vocabulary = {
  assets: ["AAPL", "MSFT", "XOM"],
  groups: new Map([["tech", [0, 1]]]),
};

const PRIOR = ({ measure, assets }: Measured) =>
  measure === "volatility" ? 0.2 : 0.1 * (1 + (assets[0] ?? 0));

function read(text: string) {
  const parsed = parseDistributionViews(text, WORDS, PRIOR);
  if (parsed.status === "invalid") {
    throw new Error(parsed.message);
  }
  return parsed.views.map(({ view }) => view);
}

describe("parseReturnView", () => {
  it.each([
    ["AAPL == 6%", [1, 0, 0], 0.06],
    ["AAPL - XOM = 0.02", [1, 0, -1], 0.02],
    ["tech == XOM + 1%", [0.5, 0.5, -1], 0.01],
    ["3% = 2 * MSFT", [0, -2, 0], -0.03],
  ])("reads %s", (text, coefficients, value) => {
    expect(parseReturnView(text, WORDS)).toMatchObject({
      status: "parsed",
      coefficients: Float64Array.from(coefficients),
      value: expect.closeTo(value, 15),
    });
  });

  it.each([
    ["AAPL >= 6%", 5, "one =="],
    ["AAPL = XOM = 1", 11, "one =="],
    ["AAPL = AAPL + 1", 5, "a name on one side only"],
    ["AAPL = IBM", 7, "the name of one"],
    ["cvar(AAPL) = 1", 0, "sum or mean"],
  ])("refuses %s, and says where", (text, position, expected) => {
    expect(parseReturnView(text, WORDS)).toMatchObject({ status: "invalid", position, expected });
  });
});

describe("parseDistributionViews", () => {
  it("reads every measure", () => {
    expect(read("mean(AAPL) - mean(XOM) >= 2%")).toEqual([
      { measure: "mean", coefficients: Float64Array.of(1, 0, -1), relation: ">=", value: 0.02 },
    ]);
    expect(read("variance(XOM) == 0.04")).toEqual([
      { measure: "variance", coefficients: Float64Array.of(0, 0, 1), relation: "=", value: 0.04 },
    ]);
    expect(read("skew(AAPL) >= -0.2")).toMatchObject([{ measure: "skewness", value: -0.2 }]);
    expect(read("kurtosis(AAPL) = 4")).toMatchObject([{ measure: "kurtosis", value: 4 }]);
    expect(read("correlation(AAPL, XOM) <= 0.5")).toEqual([
      { measure: "correlation", assets: [0, 2], relation: "<=", value: 0.5 },
    ]);
    expect(read("cvar(tech, 90%) == 4%")).toEqual([
      {
        measure: "conditionalValueAtRisk",
        coefficients: Float64Array.of(0.5, 0.5, 0),
        confidence: 0.9,
        relation: "=",
        value: 0.04,
      },
    ]);
    expect(read("0.03 >= var(XOM)")).toMatchObject([
      { measure: "valueAtRisk", confidence: 0.95, relation: "<=", value: 0.03 },
    ]);
  });

  it("squares volatilities", () => {
    expect(read("volatility(AAPL) <= 30%")[0]).toMatchObject({
      measure: "variance",
      relation: "<=",
      value: expect.closeTo(0.09, 15),
    });
    expect(read("volatility(AAPL) >= 2 * volatility(XOM)")).toEqual([
      { measure: "variance", coefficients: Float64Array.of(1, 0, -4), relation: ">=", value: 0 },
    ]);
    expect(read("volatility(AAPL) = 1.5 * prior(AAPL)")[0]?.value).toBeCloseTo(0.09, 15);
  });

  it("reads ranks as one view for each relation", () => {
    const ranks = read("AAPL >= tech >= XOM");

    expect(ranks).toMatchObject([{ relation: ">=" }, { relation: ">=" }]);
    expect(ranks[0]).toMatchObject({ coefficients: Float64Array.of(0.5, -0.5, 0) });
    expect(ranks[1]).toMatchObject({ coefficients: Float64Array.of(0.5, 0.5, -1) });
  });

  it("puts values before the views in place of prior", () => {
    expect(read("mean(XOM) == 1.5 * prior(XOM) + 1%")[0]?.value).toBeCloseTo(0.46, 15);
  });

  it.each([
    ["mean(AAPL) == variance(XOM)", "different measures"],
    ["prior(AAPL) == 1", "nothing is left"],
    ["volatility(AAPL) + volatility(XOM) == 1", "a volatility compares"],
    ["volatility(tech) == 1", "other arguments"],
    ["correlation(AAPL, AAPL) == 1", "other arguments"],
    ["cvar(AAPL, 2) == 1", "other arguments"],
    ["cvar(AAPL) == cvar(XOM)", "compares with a number"],
    ["mean(AAPL, 3) == 1", "3 does not fit"],
    ["beta(AAPL) == 1", "no function"],
  ])("refuses %s", (text, problem) => {
    const parsed = parseDistributionViews(text, WORDS, PRIOR);

    expect(parsed.status === "invalid" ? parsed.message : "").toContain(problem);
  });
});
