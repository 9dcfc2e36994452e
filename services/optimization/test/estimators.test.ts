import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromJson, type JsonObject } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { TraceFrontierRequestSchema } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

const MAXIMUM_SHARPE = { goal: { case: "maximumSharpe", value: {} } } as const;

interface ReferenceCase {
  readonly name: string;
  readonly request: JsonObject;
  readonly covariance?: readonly number[];
  readonly expected_returns?: readonly number[];
}

// Made by scikit-learn, PyPortfolioOpt and skfolio: see reference/make-estimators.py.
const cases: readonly ReferenceCase[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "reference/estimators.json"), "utf8"),
);

describe("estimators on the bundled sample", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  it.each(cases)("agree with an independent program: $name", async ({ request, ...expected }) => {
    const answer = await service.client.traceFrontier(
      fromJson(TraceFrontierRequestSchema, request),
    );
    const estimates = {
      covariance: answer.estimates?.covariancePerYear?.values,
      expected_returns: answer.estimates?.expectedReturnsPerYear,
    };

    for (const field of ["covariance", "expected_returns"] as const) {
      for (const [k, value] of (expected[field] ?? []).entries()) {
        expect(Math.abs((estimates[field]?.[k] ?? Number.NaN) / value - 1)).toBeLessThan(1e-10);
      }
    }
  });

  it.each([
    { kind: "oas", version: "oas/1" },
    { kind: "constantCorrelation", version: "constant-correlation/1" },
    { kind: "singleFactor", version: "single-factor/1" },
  ] as const)("need no more days than assets: $version", async ({ kind, version }) => {
    const { provenance, notices } = await service.client.traceFrontier({
      symbols: ["AMD", "JNJ", "KO", "LLY", "RRC", "WMT"],
      startDate: "2022-12-21",
      riskFreeRatePerYear: -1,
      covariance: { method: { case: kind, value: {} } },
    });

    expect(provenance?.methodVersions["covariance"]).toBe(version);
    expect(notices).toEqual([]);
  });

  it.each([
    { kind: "jamesStein", version: "james-stein/1" },
    { kind: "bayesStein", version: "bayes-stein/1" },
  ] as const)("name the version of shrunk means: $version", async ({ kind, version }) => {
    const { provenance } = await service.client.traceFrontier({
      symbols: ["AMD", "KO"],
      expectedReturns: { method: { case: kind, value: {} } },
    });

    expect(provenance?.methodVersions["expected_returns"]).toBe(version);
  });

  it("refuse Bayes-Stein means without an inverse of the covariance", async () => {
    const failure = await failureOf(
      service.client.optimizePortfolio({
        symbols: ["AMD", "JNJ", "KO", "LLY", "RRC", "WMT"],
        startDate: "2022-12-21",
        expectedReturns: { method: { case: "bayesStein", value: {} } },
        covariance: { method: { case: "sample", value: {} } },
        objective: MAXIMUM_SHARPE,
      }),
    );

    expect(failure).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "COVARIANCE_NOT_INVERTIBLE",
      fields: ["expected_returns.bayes_stein"],
    });
  });
});

describe("expected returns in equilibrium", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(new Map());
  });
  afterAll(() => service.close());

  const matrix = { rows: 3, cols: 3, values: [0.04, 0.01, 0, 0.01, 0.09, 0.02, 0, 0.02, 0.16] };
  const covariance = { method: { case: "given", value: { matrix } } } as const;

  it.each([
    { marketValues: [5e9, 3e9, 2e9], weights: [0.5, 0.3, 0.2] },
    { marketValues: [], weights: [1 / 3, 1 / 3, 1 / 3] },
  ])("make the market the portfolio of the highest ratio: $weights", async (market) => {
    const { marketValues, weights } = market;

    const answer = await service.client.optimizePortfolio({
      symbols: ["A", "B", "C"],
      expectedReturns: {
        method: { case: "equilibrium", value: { riskAversion: 2.5, marketValues } },
      },
      covariance,
      objective: MAXIMUM_SHARPE,
      riskFreeRatePerYear: 0.02,
    });

    for (const [i, weight] of weights.entries()) {
      expect(answer.weights[i]?.weight).toBeCloseTo(weight, 10);
    }
    const excess = 2.5 * answer.volatilityPerYear ** 2;
    expect(answer.expectedReturnPerYear).toBeCloseTo(0.02 + excess, 12);
    expect(answer.datesUsed).toBeUndefined();
    expect(service.dataCalls.panels).toBe(0);
  });
});
