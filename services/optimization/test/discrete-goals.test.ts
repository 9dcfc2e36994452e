import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ConstraintsSchema } from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import type { ObjectiveSchema } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import { SolutionStatus } from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import {
  type RiskFigure,
  RiskMeasureKind,
} from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

type Objective = MessageInitShape<typeof ObjectiveSchema>;
type Limits = Omit<MessageInitShape<typeof ConstraintsSchema>, "$typeName" | "$unknown">;

const CLOSES = readSampleCloses();
const SYMBOLS = [...CLOSES.keys()].slice(0, 6);
const HELD = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, 1 / 6]));
const MINIMUM_VARIANCE = { goal: { case: "minimumVariance", value: {} } } as const;
const FEW = { assetsMax: 3, positionMin: 0.1, timeLimit: { seconds: 60n } };
const PERIOD = { symbols: SYMBOLS, startDate: "2021-01-04", endDate: "2022-06-30" };

describe("OptimizePortfolio with few assets and other limits", () => {
  let service: TestService;
  beforeAll(async () => {
    service = startTestService(CLOSES);
    // Starts the thread that solves, which takes its time where many do so at once.
    await service.client.optimizePortfolio({ ...PERIOD, objective: MINIMUM_VARIANCE });
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
  ])("proves at most three of six best under %s", async (_, objective, constraints) => {
    const { weights, certificate, explanation } = await solve(objective, constraints);

    const held = weights.filter(({ weight }) => weight !== 0);
    expect(held.length).toBeLessThanOrEqual(3);
    expect(Math.min(...held.map(({ weight }) => weight))).toBeGreaterThan(0.1 - 1e-9);
    expect(certificate?.status).toBe(SolutionStatus.OPTIMAL);
    expect(certificate?.gap).toBeLessThan(1e-7);
    expect(explanation.length).toBeGreaterThan(2);
  });

  it("minimizes the value at risk, and keeps a limit on it", async () => {
    const measure = { kind: RiskMeasureKind.VALUE_AT_RISK, level: 0.95 };
    const request = { symbols: SYMBOLS, startDate: "2022-01-03", endDate: "2022-04-29" };
    const discreteness = { timeLimit: { seconds: 60n } };
    const valueAtRisk = (risks: readonly RiskFigure[]) =>
      risks.find((figure) => figure.measure?.kind === measure.kind)?.value ?? Number.NaN;

    const least = await service.client.optimizePortfolio({
      ...request,
      objective: { goal: { case: "minimumRisk", value: { measure } } },
      constraints: { discreteness },
    });
    const limit = 1.05 * valueAtRisk(least.risks);
    const limited = await service.client.optimizePortfolio({
      ...request,
      objective: MINIMUM_VARIANCE,
      constraints: { riskLimits: [{ measure, max: limit }], discreteness },
    });
    const calmest = await service.client.optimizePortfolio({
      ...request,
      objective: MINIMUM_VARIANCE,
      reportMeasures: [measure],
    });

    expect(least.certificate?.status).toBe(SolutionStatus.OPTIMAL);
    expect(least.objectiveValue).toBeCloseTo(valueAtRisk(least.risks), 9);
    expect(valueAtRisk(limited.risks)).toBeLessThanOrEqual(limit + 1e-9);
    expect(valueAtRisk(calmest.risks)).toBeGreaterThan(valueAtRisk(least.risks));
  });

  it("refuses a value at risk in more days than it searches, and on a frontier", async () => {
    const measure = { kind: RiskMeasureKind.VALUE_AT_RISK };
    const tooLong = await failureOf(
      service.client.optimizePortfolio({
        symbols: SYMBOLS,
        startDate: "2012-01-03",
        endDate: "2022-12-28",
        objective: { goal: { case: "minimumRisk", value: { measure } } },
      }),
    );
    const frontier = await failureOf(
      service.client.traceFrontier({
        ...PERIOD,
        constraints: { riskLimits: [{ measure, max: 0.02 }] },
      }),
    );

    expect(tooLong).toMatchObject({ reason: "VALUE_AT_RISK_TOO_LARGE", fields: ["start_date"] });
    expect(frontier).toMatchObject({ reason: "RISK_MEASURE_NOT_CONVEX" });
  });

  it("refuses a value at risk in days that do not count the same", async () => {
    const views = {
      method: {
        case: "entropyPooling" as const,
        value: { views: [`mean(${SYMBOLS[0]}) == 1%`] },
      },
    };
    const failure = await failureOf(
      service.client.optimizePortfolio({
        ...PERIOD,
        expectedReturns: { views },
        objective: least(RiskMeasureKind.VALUE_AT_RISK),
      }),
    );

    expect(failure).toMatchObject({ reason: "VALUE_AT_RISK_UNEVEN" });
  });

  it("refuses limits on risk shares", async () => {
    const riskShareLimits = [{ symbols: SYMBOLS.slice(0, 1), max: 0.2 }];

    const failure = await failureOf(solve(MINIMUM_VARIANCE, { riskShareLimits }));

    expect(failure).toMatchObject({ reason: "DISCRETENESS_UNSUPPORTED" });
  });
});
