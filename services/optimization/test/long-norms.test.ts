import type { MessageInitShape } from "@bufbuild/protobuf";
import type { OptimizePortfolioRequestSchema } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { SolutionStatus } from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import { RiskMeasureKind } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "./test-service.ts";

type Request = MessageInitShape<typeof OptimizePortfolioRequestSchema>;

/** Problems whose measure is a norm over hundreds of days, which hold a solver back if it lets the norm fall behind. */
const PROBLEMS: readonly (readonly [string, Request])[] = [
  [
    "least Ulcer index for a return, with a group",
    {
      symbols: ["CVX", "PEP", "MRK", "JPM", "BAC", "LLY", "BBY"],
      startDate: "2002-01-01",
      endDate: "2005-12-31",
      constraints: {
        defaultMax: 0.3,
        groups: [{ name: "staples", symbols: ["CVX", "PEP"], min: 0.1, max: 0.6 }],
      },
      objective: {
        goal: {
          case: "targetReturn",
          value: { returnPerYear: 0.1143, measure: { kind: RiskMeasureKind.ULCER_INDEX } },
        },
      },
    },
  ],
  [
    "highest ratio to the second lower partial moment, within a gross exposure",
    {
      symbols: ["JNJ", "WMT", "SP500", "HD", "PG", "PFE", "AMD", "XOM", "UNH"],
      startDate: "2015-01-01",
      endDate: "2017-12-31",
      constraints: { defaultMax: 0.5, leverage: { grossMax: 1.1 } },
      objective: {
        goal: {
          case: "maximumRatio",
          value: { measure: { kind: RiskMeasureKind.SECOND_LOWER_PARTIAL_MOMENT } },
        },
      },
    },
  ],
  [
    "least semikurtosis, within a gross exposure",
    {
      symbols: ["AMD", "KO", "PEP"],
      startDate: "2011-01-01",
      endDate: "2014-12-31",
      constraints: { leverage: { grossMax: 1.1 } },
      objective: {
        goal: {
          case: "minimumRisk",
          value: { measure: { kind: RiskMeasureKind.SQUARE_ROOT_SEMIKURTOSIS } },
        },
      },
    },
  ],
];

describe("OptimizePortfolio proves the", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  it.each(PROBLEMS)("%s", async (_name, request) => {
    const { certificate } = await service.client.optimizePortfolio(request);

    expect(certificate?.status).toBe(SolutionStatus.OPTIMAL);
    expect(certificate?.gap).toBeLessThan(1e-9);
  });
});
