import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromJson, type JsonObject } from "@bufbuild/protobuf";
import { TraceFrontierRequestSchema } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSampleCloses } from "./sample-data-service.ts";
import { startTestService, type TestService } from "./test-service.ts";

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
});
