// @vitest-environment node
import { create } from "@bufbuild/protobuf";
import {
  OptimizePortfolioRequestSchema,
  TraceFrontierRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_PROBLEM,
  type ExpectedReturnsMethod,
  type Goal,
  PLAIN_COVARIANCES,
  PLAIN_MEANS,
  type Problem,
} from "./problem.ts";
import { frontierRequest, optimizeRequest, problemFromRequest } from "./problem-request.ts";

const PROBLEM: Problem = {
  symbols: ["KO", "PEP"],
  dataset: { id: "own", revision: 3 },
  startDate: "2015-01-02",
  endDate: "2022-12-28",
  riskFreeRate: 0.02,
  expectedReturns: { kind: "exponential", halfLifeDays: 60 },
  covariance: { kind: "sample" },
  goal: { kind: "target-volatility", value: 0.2 },
  minWeight: -0.3,
  maxWeight: 0.9,
  cash: 5000,
};
const GOALS: readonly Goal[] = [
  { kind: "minimum-variance" },
  { kind: "maximum-sharpe" },
  { kind: "target-return", value: 0.11 },
  { kind: "target-volatility", value: 0.2 },
  { kind: "maximum-utility", value: 3 },
  { kind: "equal-weight" },
  { kind: "inverse-volatility" },
  { kind: "risk-parity" },
  { kind: "hierarchical-risk-parity" },
  { kind: "maximum-diversification" },
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

  it.each<ExpectedReturnsMethod>([
    ...PLAIN_MEANS.map((kind) => ({ kind })),
    { kind: "equilibrium", riskAversion: 3 },
  ])("reads back the expected returns $kind", (expectedReturns) => {
    const problem = { ...PROBLEM, expectedReturns };

    const request = create(OptimizePortfolioRequestSchema, optimizeRequest(problem));

    expect(problemFromRequest(request, problem.cash)).toEqual(problem);
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
