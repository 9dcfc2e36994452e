import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ConstraintsSchema } from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import type { ObjectiveSchema } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import { SolutionStatus } from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import { RiskMeasureKind } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSampleCloses } from "./sample-data-service.ts";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

type Objective = MessageInitShape<typeof ObjectiveSchema>;
type Limits = Omit<MessageInitShape<typeof ConstraintsSchema>, "$typeName" | "$unknown">;

const CLOSES = readSampleCloses();
const SYMBOLS = [...CLOSES.keys()].slice(0, 8);
const HELD = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, 0.125]));
const MINIMUM_VARIANCE = { goal: { case: "minimumVariance", value: {} } } as const;
const FEW = { assetsMax: 4, positionMin: 0.1, timeLimit: { seconds: 60n } };
const PERIOD = { symbols: SYMBOLS, startDate: "2021-01-04", endDate: "2022-06-30" };

describe("OptimizePortfolio with few assets and other limits", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(CLOSES);
  });
  afterAll(() => service.close());

  function solve(objective: Objective, constraints: Limits) {
    return service.client.optimizePortfolio({
      ...PERIOD,
      objective,
      constraints: { ...constraints, discreteness: FEW },
    });
  }

  const least = (kind: RiskMeasureKind): Objective => ({
    goal: { case: "minimumRisk", value: { measure: { kind } } },
  });

  it.each<[string, Objective, Limits]>([
    ["a turnover limit", MINIMUM_VARIANCE, { trading: { currentWeights: HELD, turnoverMax: 1.2 } }],
    [
      "costs",
      { goal: { case: "maximumUtility", value: { riskAversion: 5 } } },
      {
        trading: {
          currentWeights: HELD,
          costs: { linear: 0.001, tiers: [{ threshold: 0.2, rate: 0.004 }], impact: 0.01 },
        },
      },
    ],
    [
      "a tracking error",
      MINIMUM_VARIANCE,
      { trackingError: { benchmarkWeights: HELD, maxPerYear: 0.2 } },
    ],
    [
      "a target volatility",
      { goal: { case: "targetVolatility", value: { volatilityPerYear: 0.25 } } },
      {},
    ],
    ["a conditional value at risk", least(RiskMeasureKind.CONDITIONAL_VALUE_AT_RISK), {}],
    ["a maximum drawdown", least(RiskMeasureKind.MAXIMUM_DRAWDOWN), {}],
  ])("proves at most four of eight best under %s", async (_, objective, constraints) => {
    const { weights, certificate, explanation } = await solve(objective, constraints);

    const held = weights.filter(({ weight }) => weight !== 0);
    expect(held.length).toBeLessThanOrEqual(4);
    expect(Math.min(...held.map(({ weight }) => weight))).toBeGreaterThan(0.1 - 1e-9);
    expect(certificate?.status).toBe(SolutionStatus.OPTIMAL);
    expect(certificate?.gap).toBeLessThan(1e-7);
    expect(explanation.length).toBeGreaterThan(2);
  });

  it("refuses limits on risk shares", async () => {
    const riskShareLimits = [{ symbols: SYMBOLS.slice(0, 1), max: 0.2 }];

    const failure = await failureOf(solve(MINIMUM_VARIANCE, { riskShareLimits }));

    expect(failure).toMatchObject({ reason: "DISCRETENESS_UNSUPPORTED" });
  });
});
