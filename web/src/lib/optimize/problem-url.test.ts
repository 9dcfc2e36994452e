// @vitest-environment node
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ForecastMethod } from "./forecast-choice.ts";
import { type Goal, PLAIN_GOALS } from "./goals.ts";
import type { Limits } from "./limits.ts";
import {
  DEFAULT_PROBLEM,
  effectiveMaxWeight,
  PLAIN_COVARIANCES,
  PLAIN_MEANS,
  type Problem,
} from "./problem.ts";
import { problemFromSearch, problemToSearch } from "./problem-url.ts";
import { NO_VIEWS, type Views } from "./views.ts";

const fraction = fc.integer({ min: -100, max: 100 }).map((percent) => percent / 100);
const goal: fc.Arbitrary<Goal> = fc.oneof(
  fc.constantFrom(...PLAIN_GOALS).map((kind) => ({ kind }) as Goal),
  fc.constantFrom<Goal>(
    { kind: "minimum-risk", options: { measure: { kind: "maximum-drawdown" } } },
    { kind: "target-risk", value: 0.03, options: { measure: { kind: "tail-gini", level: 0.9 } } },
    { kind: "kelly", options: { approximate: true } },
    {
      kind: "nested-clusters",
      options: { linkage: "ward", clusterCount: 3, outer: "risk-parity" },
    },
    { kind: "schur-complementary", value: 0.25 },
    { kind: "minimum-variance", options: { robustness: "resampling" } },
    { kind: "risk-parity", options: { budgets: { KO: 2 } } },
    { kind: "minimum-risk", options: { linear: { KO: -0.1 }, l2: 1 } },
  ),
  fc.record({
    kind: fc.constantFrom("target-return" as const, "target-volatility" as const),
    value: fc.integer({ min: 0, max: 999_999 }).map((value) => value / 1_000_000),
  }),
  fc.record({
    kind: fc.constant("maximum-utility" as const),
    value: fc.integer({ min: 1, max: 50 }),
  }),
);
const halfLife = fc.record({
  kind: fc.constant("exponential" as const),
  halfLifeDays: fc.integer({ min: 1, max: 100_000 }),
});
const forecast = fc.constantFrom<ForecastMethod>(
  { kind: "forecast", modelId: "rank-21d" },
  { kind: "forecast", modelId: "volatility-5d", version: "12" },
  { kind: "forecast", modelId: "m", version: "challenger" },
);
const limits: fc.Arbitrary<Limits> = fc.constantFrom<Limits>(
  {},
  { bounds: { "BRK-B": { min: 0.01, max: 0.2 }, KO: { max: 0.1 } }, budgetRange: { min: 0.9 } },
  { groups: [{ name: "oil & gas", symbols: ["CVX", "XOM"], max: 0.3 }] },
  { linear: [{ expression: "AAPL >= 2 * MSFT" }], leverage: { grossMax: 1.6, shortMax: 0.3 } },
  {
    trading: { currentWeights: { KO: 0.5 }, turnoverMax: 0.4, costs: { linear: 0.001 } },
    trackingError: { benchmarkWeights: { KO: 1 }, maxPerYear: 0.05 },
    riskLimits: [{ measure: { kind: "conditional-value-at-risk", level: 0.99 }, max: 0.04 }],
    discreteness: { assetsMax: 10, positionMin: 0.02 },
  },
  {
    groups: [{ name: "drinks", symbols: ["KO", "PEP"] }],
    discreteness: { groupCounts: [{ group: "drinks", max: 1 }] },
    network: { separation: 2, perClusterMax: 1, averageCentralityMax: 1.5 },
    riskShareLimits: [{ symbols: ["KO", "PEP"], max: 0.4 }],
    factors: [{ name: "size", loadings: { KO: -1.5 }, max: 0 }],
  },
);
const views: fc.Arbitrary<Views> = fc.constantFrom<Views>(
  NO_VIEWS,
  { ...NO_VIEWS, forecast: { modelId: "rank-21d", version: "3" } },
  {
    ...NO_VIEWS,
    list: [{ asset: "SP500", value: 0.08, confidence: 0.5 }],
    factors: ["SP500", "MTUM"],
  },
  {
    method: "entropy-pooling",
    list: [
      { asset: "AAPL", value: 0.06, confidence: 0.5 },
      { asset: "QQQ", over: "VTI", value: -0.02, confidence: 1 },
      { text: "volatility(AAPL) <= 30%", confidence: 0 },
    ],
  },
);
const problem: fc.Arbitrary<Problem> = fc.record({
  symbols: fc.uniqueArray(fc.stringMatching(/^[A-Z0-9.&=-]{1,8}$/u), { maxLength: 30 }),
  dataset: fc.record({
    id: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/u),
    revision: fc.integer({ min: 0, max: 999 }),
  }),
  startDate: fc.constantFrom("", "2015-01-02"),
  endDate: fc.constantFrom("", "2022-12-28"),
  riskFreeRate: fraction,
  horizonDays: fc.constantFrom(0, 1, 21, 2520),
  expectedReturns: fc.oneof(
    fc.constantFrom(...PLAIN_MEANS).map((kind) => ({ kind })),
    halfLife,
    fc.record({
      kind: fc.constant("equilibrium" as const),
      riskAversion: fc.integer({ min: 1, max: 100_000 }).map((value) => value / 100),
    }),
    forecast,
  ),
  covariance: fc.oneof(
    fc.constantFrom(...PLAIN_COVARIANCES).map((kind) => ({ kind })),
    fc.constantFrom<Problem["covariance"]>(
      { kind: "gerber", settings: { form: "2", threshold: 0.7 } },
      { kind: "denoised", settings: { denoise: "spectral" } },
      { kind: "thresholded-components", settings: { correlationThreshold: "hard", constant: 2 } },
    ),
    halfLife,
    forecast,
  ),
  scenarios: fc.constantFrom<Problem["scenarios"]>(
    { kind: "historical" },
    { kind: "exponential", halfLifeDays: 90.5 },
    { kind: "bootstrap", count: 1000, meanBlockDays: 10 },
    { kind: "student-t-copula", count: 500 },
  ),
  goal,
  minWeight: fraction,
  maxWeight: fc.option(
    fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
    {
      nil: undefined,
    },
  ),
  limits,
  views,
  band: fc.boolean(),
  comparedMeasure: fc.constantFrom(
    undefined,
    { kind: "maximum-drawdown" as const },
    { kind: "conditional-value-at-risk" as const, level: 0.9 },
  ),
  cash: fc.integer({ min: 1, max: 1_000_000_000 }),
});

describe("problemToSearch and problemFromSearch", () => {
  it("bring any problem back unchanged", () => {
    fc.assert(
      fc.property(problem, (given) => {
        expect(problemFromSearch(problemToSearch(given))).toEqual(given);
      }),
    );
  });

  it("leave out what is at its default", () => {
    const search = problemToSearch({ ...DEFAULT_PROBLEM, symbols: ["AAPL", "MSFT"] });

    expect(search).toBe("symbols=AAPL,MSFT");
  });

  it("take the default for what cannot be read", () => {
    const search = "goal=fame&target=much&max=&min=NaN&from=yesterday&dataset=../etc&cash=-5&rf=9";

    expect(problemFromSearch(search)).toEqual({
      ...DEFAULT_PROBLEM,
      maxWeight: 1,
      riskFreeRate: 1,
      cash: 0,
    });
  });

  it("leave out what hand-made limits and views get wrong", () => {
    const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));
    const badLimits = json({
      bounds: { KO: { max: "much" }, PEP: { max: 0.2 } },
      groups: [{ name: "no members", max: 0.1 }],
      leverage: [],
      discreteness: { assetsMax: 2.5 },
      network: { separation: 21, perClusterMax: 0 },
    });
    const badViews = json({ method: "fame", list: [{ asset: "KO", confidence: 0.5 }, 7] });

    expect(problemFromSearch(`limits=${badLimits}&views=${badViews}`)).toEqual({
      ...DEFAULT_PROBLEM,
      limits: { bounds: { PEP: { max: 0.2 } } },
    });
    expect(problemFromSearch("limits={&views=nothing&options=[")).toEqual(DEFAULT_PROBLEM);
  });

  it("take the market's usual risk aversion where a link has none that can be read", () => {
    for (const word of ["equilibrium", "equilibrium-", "equilibrium-much"]) {
      expect(problemFromSearch(`mean=${word}`).expectedReturns).toEqual({
        kind: "equilibrium",
        riskAversion: 2.5,
      });
    }
  });

  it("take the default where a link names no model", () => {
    for (const word of ["forecast", "forecast-", "forecast-Rank", "forecast-rank@best"]) {
      const { expectedReturns, covariance } = problemFromSearch(`mean=${word}&covariance=${word}`);
      expect(expectedReturns).toEqual(DEFAULT_PROBLEM.expectedReturns);
      expect(covariance).toEqual(DEFAULT_PROBLEM.covariance);
    }
  });

  it("read symbols in any case, each once", () => {
    expect(problemFromSearch("symbols=aapl,%20MSFT,AAPL,,").symbols).toEqual(["AAPL", "MSFT"]);
  });
});

describe("effectiveMaxWeight", () => {
  it("caps at 30 % unless there are too few assets or another cap is chosen", () => {
    const withAssets = (count: number, maxWeight?: number) =>
      effectiveMaxWeight({
        ...DEFAULT_PROBLEM,
        symbols: Array.from({ length: count }, (_, i) => `S${i}`),
        maxWeight,
      });

    expect([withAssets(0), withAssets(4), withAssets(5), withAssets(5, 0.6)]).toEqual([
      0.3, 1, 0.3, 0.6,
    ]);
  });
});
