import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromJson, type JsonObject } from "@bufbuild/protobuf";
import {
  OptimizePortfolioRequestSchema,
  type OptimizePortfolioResponse,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "./test-service.ts";

type OptimizationJson = JsonObject & {
  readonly objective: Readonly<Record<string, { readonly risk_aversion?: number }>>;
};

interface ReferenceCase {
  readonly name: string;
  readonly request: OptimizationJson;
  readonly expected: {
    readonly weights: readonly number[];
    readonly expected_return_per_year: number;
    readonly variance_per_year: number;
    readonly sharpe_ratio: number;
    readonly start_date: string;
    readonly end_date: string;
    readonly return_count: number;
  };
}

// Made by quadprog and Clarabel: see reference/make-reference.py.
const cases: readonly ReferenceCase[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "reference/optimizations.json"), "utf8"),
);

type Figures = Pick<
  ReferenceCase["expected"],
  "expected_return_per_year" | "variance_per_year" | "sharpe_ratio"
>;

function ownFigures(answer: OptimizePortfolioResponse): Figures {
  return {
    expected_return_per_year: answer.expectedReturnPerYear,
    variance_per_year: answer.volatilityPerYear ** 2,
    sharpe_ratio: answer.sharpeRatio,
  };
}

/** What the request asks to be as low or as high as can be. */
function objectiveOf(request: OptimizationJson, figures: Figures): number {
  const [goal = "", { risk_aversion = 0 } = {}] = Object.entries(request.objective)[0] ?? [];
  switch (goal) {
    case "maximum_sharpe":
      return figures.sharpe_ratio;
    case "target_volatility":
      return figures.expected_return_per_year;
    case "maximum_utility":
      return figures.expected_return_per_year - (risk_aversion / 2) * figures.variance_per_year;
    default:
      return figures.variance_per_year;
  }
}

describe("OptimizePortfolio on the bundled sample", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  it.each(cases)("agrees with two independent solvers: $name", async ({ request, expected }) => {
    const answer = await service.client.optimizePortfolio(
      fromJson(OptimizePortfolioRequestSchema, request),
    );

    for (const [i, weight] of expected.weights.entries()) {
      expect(Math.abs((answer.weights[i]?.weight ?? Number.NaN) - weight)).toBeLessThan(1e-6);
    }
    const [ours, theirs] = [
      objectiveOf(request, ownFigures(answer)),
      objectiveOf(request, expected),
    ];
    expect(Math.abs(ours - theirs)).toBeLessThan(1e-9 * Math.abs(theirs));
    expect(answer.sharpeRatio).toBeCloseTo(expected.sharpe_ratio, 6);
    expect(answer.datesUsed).toMatchObject({
      startDate: expected.start_date,
      endDate: expected.end_date,
      returnCount: expected.return_count,
    });
    const riskShares = answer.weights.reduce((sum, { riskShare }) => sum + riskShare, 0);
    expect(riskShares).toBeCloseTo(1, 10);
  });
});
