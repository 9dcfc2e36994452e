import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ConstraintsSchema } from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import type { ObjectiveSchema } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import { SolutionStatus } from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import { RiskMeasureKind } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "./test-service.ts";

type Goal = NonNullable<MessageInitShape<typeof ObjectiveSchema>["goal"]>;
type Limits = MessageInitShape<typeof ConstraintsSchema>;

const SYMBOLS = ["AAPL", "KO", "XOM", "MSFT", "JNJ", "JPM"];
const TIMEOUT_MS = 60_000;
const START_DATE = "2022-06-01";

// Do not grow in proportion to the weights.
const NO_RATIO: readonly RiskMeasureKind[] = [
  RiskMeasureKind.VARIANCE,
  RiskMeasureKind.SEMIVARIANCE,
  RiskMeasureKind.EVEN_MOMENT,
];

const NOT_CONVEX: readonly RiskMeasureKind[] = [
  RiskMeasureKind.UNSPECIFIED,
  RiskMeasureKind.VALUE_AT_RISK,
  RiskMeasureKind.DRAWDOWN_AT_RISK,
];

const MEASURES = Object.values(RiskMeasureKind).filter(
  (kind): kind is RiskMeasureKind => typeof kind === "number" && !NOT_CONVEX.includes(kind),
);

describe("OptimizePortfolio by every measure of risk", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  function optimize(goal: Goal, constraints: Limits = {}) {
    return service.client.optimizePortfolio({
      symbols: SYMBOLS,
      startDate: START_DATE,
      objective: { goal },
      constraints,
    });
  }

  it.each(MEASURES.map((kind) => [RiskMeasureKind[kind], kind] as const))(
    "proves its answers for %s, whatever the goal",
    async (_, kind) => {
      const measure = { kind };
      const least = await optimize({ case: "minimumRisk", value: { measure } });
      const max = 1.15 * least.objectiveValue;
      const answers = [
        least,
        await optimize({ case: "targetRisk", value: { limit: { measure, max } } }),
        await optimize({ case: "minimumVariance", value: {} }, { riskLimits: [{ measure, max }] }),
        await optimize({ case: "targetReturn", value: { returnPerYear: 0.15, measure } }),
        await optimize({ case: "maximumUtility", value: { riskAversion: 0.01, measure } }),
      ];
      if (!NO_RATIO.includes(kind)) {
        answers.push(await optimize({ case: "maximumRatio", value: { measure } }));
      }

      for (const { certificate, weights } of answers) {
        expect(certificate?.status).toBe(SolutionStatus.OPTIMAL);
        expect(certificate?.gap).toBeLessThan(1e-8);
        expect(weights.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
      }
    },
    TIMEOUT_MS,
  );

  it.each(
    MEASURES.filter((kind) => !NO_RATIO.includes(kind)).map(
      (kind) => [RiskMeasureKind[kind], kind] as const,
    ),
  )(
    "shares out %s",
    async (_, kind) => {
      const { certificate } = await optimize({ case: "riskParity", value: { measure: { kind } } });

      expect(certificate?.gap).toBeLessThan(1e-8);
    },
    TIMEOUT_MS,
  );
});
