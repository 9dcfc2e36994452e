// @vitest-environment node
import { create, fromJson, type JsonObject } from "@bufbuild/protobuf";
import { ConstraintsSchema } from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import { BlackLittermanForm } from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import {
  OptimizePortfolioRequestSchema,
  TraceFrontierRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { describe, expect, it } from "vitest";
import { type Goal, PLAIN_GOALS } from "./goals.ts";
import { type Limits, limitsInit, limitsJson } from "./limits.ts";
import {
  type CovarianceMethod,
  DEFAULT_PROBLEM,
  type ExpectedReturnsMethod,
  PLAIN_COVARIANCES,
  PLAIN_MEANS,
  type Problem,
} from "./problem.ts";
import { frontierRequest, optimizeRequest, problemFromRequest } from "./problem-request.ts";
import type { ScenarioChoice } from "./scenario-choice.ts";
import { NO_VIEWS, VIEW_METHODS, type Views } from "./views.ts";

const PROBLEM: Problem = {
  symbols: ["KO", "PEP"],
  dataset: { id: "own", revision: 3 },
  startDate: "2015-01-02",
  endDate: "2022-12-28",
  riskFreeRate: 0.02,
  horizonDays: 21,
  expectedReturns: { kind: "exponential", halfLifeDays: 60 },
  covariance: { kind: "sample" },
  scenarios: { kind: "bootstrap", count: 500, meanBlockDays: 10 },
  goal: { kind: "target-volatility", value: 0.2 },
  minWeight: -0.3,
  maxWeight: 0.9,
  limits: {},
  views: NO_VIEWS,
  band: false,
  comparedMeasure: undefined,
  cash: 5000,
};
const COSTS = {
  linear: 0.001,
  spreadBySymbol: { KO: 0.0004 },
  tiers: [{ threshold: 0.1, rate: 0.005 }],
  impact: 0.02,
  managementFeePerYear: { PEP: 0.003 },
  borrowPerYear: 0.01,
};
const GOALS: readonly Goal[] = [
  ...PLAIN_GOALS.filter((kind) => kind !== "minimum-risk" && kind !== "maximum-ratio").map(
    (kind) => ({ kind }),
  ),
  { kind: "target-return", value: 0.11 },
  { kind: "target-volatility", value: 0.2 },
  { kind: "maximum-utility", value: 3 },
  { kind: "moment-utility", value: 4 },
  { kind: "relaxed-risk-parity", value: 0.11 },
  { kind: "minimum-risk", options: { measure: { kind: "maximum-drawdown" } } },
  { kind: "maximum-ratio", options: { measure: { kind: "tail-gini", level: 0.9 } } },
  { kind: "target-risk", value: 0.03, options: { measure: { kind: "worst-realization" } } },
  { kind: "risk-parity", options: { measure: { kind: "semideviation" }, within: true } },
  { kind: "kelly", options: { approximate: true } },
  { kind: "hierarchical-risk-parity", options: { distance: "spearman", linkage: "ward" } },
  { kind: "hierarchical-equal-risk", options: { clusterCount: 3, equalWithin: true } },
  { kind: "nested-clusters", options: { inner: "maximum-sharpe", outer: "risk-parity" } },
  { kind: "schur-complementary", value: 0.3, options: { linkage: "average" } },
  {
    kind: "online-learning",
    options: { rule: "moving-average-reversion", learning: 12, windowDays: 10 },
  },
  { kind: "factor-risk-parity", options: { componentCount: 2 } },
  { kind: "minimum-variance", options: { robustness: "returns-box" } },
  { kind: "maximum-sharpe", options: { robustness: "resampling" } },
  { kind: "risk-parity", options: { budgets: { KO: 2, PEP: 1 } } },
  { kind: "minimum-variance", options: { linear: { PEP: -0.02 }, l1: 0.5, l2: 2 } },
];

describe("problemFromRequest", () => {
  it.each(GOALS)("reads back the request of goal $kind", (goal) => {
    const problem = { ...PROBLEM, goal };

    const request = create(OptimizePortfolioRequestSchema, optimizeRequest(problem));

    expect(problemFromRequest(request, problem.cash)).toEqual(problem);
  });

  it.each(PLAIN_COVARIANCES)("reads back the covariance method %s", (kind) => {
    const problem = { ...PROBLEM, covariance: { kind } };

    const request = create(OptimizePortfolioRequestSchema, optimizeRequest(problem));

    expect(problemFromRequest(request, problem.cash)).toEqual(problem);
  });

  it.each<CovarianceMethod>([
    { kind: "denoised", settings: { denoise: "shrink", alpha: 0.3, detonedComponents: 1 } },
    { kind: "gerber", settings: { form: "2", threshold: 0.7 } },
    { kind: "factor-model", settings: { componentCount: 3 } },
    {
      kind: "thresholded-components",
      settings: { componentCount: 2, correlationThreshold: "smoothly-clipped", constant: 0.5 },
    },
    { kind: "graphical-lasso", settings: { penalty: 0.05 } },
    { kind: "minimum-covariance-determinant", settings: { supportFraction: 0.8 } },
    { kind: "regime-adjusted", settings: { halfLifeDays: 60, regimeHalfLifeDays: 5 } },
    { kind: "semicovariance", settings: { benchmarkPerDay: 0.001 } },
    { kind: "unequal-histories", settings: { missingData: "expectation-maximization" } },
    { kind: "given-shrinkage", settings: { intensity: 0.2, target: "diagonal" } },
    { kind: "forecast", modelId: "volatility-21d" },
    { kind: "forecast", modelId: "volatility-21d", version: "2" },
  ])("reads back the settings of the covariance $kind", (covariance) => {
    const problem = { ...PROBLEM, covariance };

    const request = create(OptimizePortfolioRequestSchema, optimizeRequest(problem));

    expect(problemFromRequest(request, problem.cash)).toEqual(problem);
  });

  it.each<ScenarioChoice>([
    { kind: "historical" },
    { kind: "exponential", halfLifeDays: 100 },
    { kind: "bootstrap", count: 300, meanBlockDays: 5 },
    { kind: "gaussian", count: 400 },
    { kind: "vine-copula", count: 200 },
  ])("reads back the scenarios $kind", (scenarios) => {
    const problem = { ...PROBLEM, scenarios };

    const request = create(OptimizePortfolioRequestSchema, optimizeRequest(problem));

    expect(problemFromRequest(request, problem.cash)).toEqual(problem);
  });

  it.each<ExpectedReturnsMethod>([
    ...PLAIN_MEANS.map((kind) => ({ kind })),
    { kind: "equilibrium", riskAversion: 3 },
    { kind: "forecast", modelId: "rank-21d" },
    { kind: "forecast", modelId: "rank-21d", version: "7" },
    { kind: "forecast", modelId: "rank-21d", version: "challenger" },
  ])("reads back the expected returns $kind", (expectedReturns) => {
    const problem = { ...PROBLEM, expectedReturns };

    const request = create(OptimizePortfolioRequestSchema, optimizeRequest(problem));

    expect(problemFromRequest(request, problem.cash)).toEqual(problem);
  });

  it("reads the champion's alias as the champion", () => {
    const version = { modelId: "rank-21d", version: { case: "alias", value: "champion" } } as const;
    const request = create(OptimizePortfolioRequestSchema, {
      expectedReturns: { method: { case: "forecast", value: { version } } },
    });

    expect(problemFromRequest(request, 0).expectedReturns).toEqual({
      kind: "forecast",
      modelId: "rank-21d",
    });
  });

  it("reads back limits of every kind", () => {
    const limits: Limits = {
      bounds: { KO: { min: 0.1 } },
      groups: [{ name: "drinks", symbols: ["KO", "PEP"], min: 0.2, max: 0.9 }],
      linear: [{ expression: "KO >= 2 * PEP" }],
      budgetRange: { min: 0.9, max: 1 },
      leverage: { grossMax: 1.6 },
      trading: { currentWeights: { KO: 1 }, turnoverMax: 0.5, costs: COSTS },
      trackingError: { benchmarkWeights: { PEP: 1 }, maxPerYear: 0.1 },
      riskLimits: [{ measure: { kind: "conditional-value-at-risk", level: 0.9 }, max: 0.03 }],
      riskShareLimits: [{ symbols: ["KO"], max: 0.4 }],
      factors: [{ name: "value", loadings: { KO: 0.5, PEP: -1 }, min: -0.2, max: 0.2 }],
      discreteness: {
        assetsMax: 1,
        positionMin: 0.02,
        groupCounts: [{ group: "drinks", min: 1, max: 2 }],
      },
      network: { separation: 1, perClusterMax: 2, averageCentralityMax: 1.5 },
    };

    const request = create(OptimizePortfolioRequestSchema, optimizeRequest({ ...PROBLEM, limits }));

    expect(problemFromRequest(request, 5000).limits).toEqual(limits);
    // The file that is exported is what the contract itself writes.
    expect(create(ConstraintsSchema, limitsInit(limits))).toEqual(
      fromJson(ConstraintsSchema, limitsJson(limits) as JsonObject),
    );
  });

  it.each(VIEW_METHODS)("reads back views merged by %s", (method) => {
    const views: Views = {
      method,
      list: [
        { asset: "KO", value: 0.06, confidence: 0.3 },
        { asset: "BRK-B", over: "PEP", value: -0.015, confidence: 0.3 },
        { text: "KO - 0.5 * PEP == 2%", confidence: 0.3 },
      ],
    };

    const request = create(OptimizePortfolioRequestSchema, optimizeRequest({ ...PROBLEM, views }));

    expect(problemFromRequest(request, 5000).views).toEqual(views);
  });

  it("reads back views on factors, but none on factors of other names or forms", () => {
    const views: Views = {
      ...NO_VIEWS,
      list: [{ asset: "KO", over: "SP500", value: 0.02, confidence: 0.4 }],
      factors: ["SP500"],
    };

    const request = create(OptimizePortfolioRequestSchema, optimizeRequest({ ...PROBLEM, views }));
    const method = request.expectedReturns?.views?.method;

    expect(problemFromRequest(request, 5000).views).toEqual(views);
    expect(method).toMatchObject({ value: { form: BlackLittermanForm.AUGMENTED } });
    Object.assign(method?.value ?? {}, { form: BlackLittermanForm.BAYESIAN });
    expect(problemFromRequest(request, 5000).views).toEqual(NO_VIEWS);
  });

  it("reads back the views of a model", () => {
    const views: Views = { ...NO_VIEWS, forecast: { modelId: "rank-21d", version: "challenger" } };

    const request = create(OptimizePortfolioRequestSchema, optimizeRequest({ ...PROBLEM, views }));

    expect(problemFromRequest(request, 5000).views).toEqual(views);
  });

  it("takes the page's cash when none was saved", () => {
    const request = create(OptimizePortfolioRequestSchema, optimizeRequest(PROBLEM));

    expect(problemFromRequest(request, 0).cash).toBe(DEFAULT_PROBLEM.cash);
  });
});

describe("frontierRequest", () => {
  it("asks for the same inputs, and for the estimates", () => {
    const { symbols, constraints, includeEstimates } = create(
      TraceFrontierRequestSchema,
      frontierRequest(PROBLEM),
    );

    expect(symbols).toEqual(["KO", "PEP"]);
    expect(constraints?.defaultMin).toBe(-0.3);
    expect(constraints?.defaultMax).toBe(0.9);
    expect(includeEstimates).toBe(true);
  });
});
