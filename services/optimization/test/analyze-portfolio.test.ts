import { RiskMeasureKind } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { closesOf, readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "./test-service.ts";

const SAMPLE_COVARIANCE = { method: { case: "sample", value: {} } } as const;

describe("AnalyzePortfolio", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(
      closesOf({
        RISE: [100, 110, 121, 121],
        FALL: [100, 50, 50, 75],
        CRASH: [100, 100, 10, 20],
        STILL: [1, 1, 1, 1],
      }),
    );
  });
  afterAll(() => service.close());

  it("compounds constant weights, and leaves the rest in cash", async () => {
    // By hand: half in FALL loses 25 % on day 1, and gains 25 % on day 3.
    const answer = await service.client.analyzePortfolio({
      positions: [{ symbol: "fall", weight: 0.5 }],
      includeGrowth: true,
    });

    expect(answer.growth?.values).toEqual([1, 0.75, 0.75, 0.9375]);
    expect(answer.growth?.dates).toEqual(["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04"]);
    expect(answer.meanReturnPerYear).toBeCloseTo(0, 12);
    expect(answer.compoundReturnPerYear).toBeCloseTo(0.9375 ** (252 / 3) - 1, 12);
    expect(answer.maximumDrawdown).toMatchObject({
      depth: 0.25,
      peakDate: "2020-01-01",
      troughDate: "2020-01-02",
      recoveryDate: "",
    });
    // By hand: daily returns -½, 0, ½ have the sample variance ¼.
    expect(answer.volatilityPerYear).toBeCloseTo(0.5 * Math.sqrt(252 / 4), 12);
    expect(answer.riskContributions[0]).toMatchObject({ symbol: "FALL", weight: 0.5 });
    expect(answer.riskContributions[0]?.riskShare).toBeCloseTo(1, 12);
  });

  it("splits the volatility among the positions", async () => {
    const { riskContributions, volatilityPerYear } = await service.client.analyzePortfolio({
      positions: [
        { symbol: "RISE", weight: 0.7 },
        { symbol: "FALL", weight: -0.3 },
      ],
      covariance: SAMPLE_COVARIANCE,
    });

    const total = riskContributions.reduce(
      (sum, { volatilityContributionPerYear }) => sum + volatilityContributionPerYear,
      0,
    );
    expect(total).toBeCloseTo(volatilityPerYear, 12);
  });

  it("splits every measure that can be split, and no other", async () => {
    const { risks } = await service.client.analyzePortfolio({
      positions: [
        { symbol: "RISE", weight: 0.5 },
        { symbol: "FALL", weight: 0.5 },
      ],
      measures: [
        { kind: RiskMeasureKind.VARIANCE },
        { kind: RiskMeasureKind.WORST_REALIZATION },
        { kind: RiskMeasureKind.MAXIMUM_DRAWDOWN },
        { kind: RiskMeasureKind.FIRST_LOWER_PARTIAL_MOMENT, targetReturnPerDay: 0.01 },
      ],
    });
    const [variance, worst, drawdown, partial] = risks.map(({ riskShares }) => riskShares);

    expect(variance?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    // The worst day is the first: +10 % of RISE and -50 % of FALL lose 20 %.
    expect(worst?.[0]).toBeCloseTo(-0.05 / 0.2, 12);
    expect(worst?.[1]).toBeCloseTo(0.25 / 0.2, 12);
    // Days of -20 %, +5 %, +25 %: the deepest fall is the first day.
    expect(drawdown?.[1]).toBeCloseTo(0.25 / 0.2, 12);
    expect(partial).toEqual([]);
  });

  it("stops at nothing when losses exceed the capital", async () => {
    // By hand: twice CRASH loses 180 % on day 2.
    const answer = await service.client.analyzePortfolio({
      positions: [{ symbol: "CRASH", weight: 2 }],
      includeGrowth: true,
    });

    expect(answer.growth?.values).toEqual([1, 1, 0, 0]);
    expect(answer.compoundReturnPerYear).toBe(-1);
    expect(answer.maximumDrawdown?.depth).toBe(1);
    expect(answer.notices.map(({ reason }) => reason)).toEqual(["PORTFOLIO_RUINED"]);
    expect(answer.notices[0]?.description).toContain("2020-01-03");
  });

  it("is all zeros for a price that never moves", async () => {
    const answer = await service.client.analyzePortfolio({
      positions: [{ symbol: "STILL", weight: 1 }],
      riskFreeRatePerYear: 0.02,
    });

    expect(answer).toMatchObject({
      meanReturnPerYear: 0,
      compoundReturnPerYear: 0,
      volatilityPerYear: 0,
      sharpeRatio: 0,
    });
    expect(answer.maximumDrawdown).toMatchObject({ depth: 0, peakDate: "", troughDate: "" });
    expect(answer.growth).toBeUndefined();
  });

  it("agrees with OptimizePortfolio on the risk of its weights", async () => {
    const sample = startTestService(readSampleCloses());
    const symbols = ["AAPL", "KO", "XOM"];
    const chosen = await sample.client.optimizePortfolio({
      symbols,
      covariance: SAMPLE_COVARIANCE,
      objective: { goal: { case: "maximumSharpe", value: {} } },
      riskFreeRatePerYear: 0.02,
    });
    const measured = await sample.client.analyzePortfolio({
      positions: chosen.weights.map(({ symbol, weight }) => ({ symbol, weight })),
      riskFreeRatePerYear: 0.02,
      includeGrowth: true,
    });
    await sample.close();

    expect(measured.meanReturnPerYear).toBeCloseTo(chosen.expectedReturnPerYear, 12);
    expect(measured.volatilityPerYear).toBeCloseTo(chosen.volatilityPerYear, 12);
    expect(measured.sharpeRatio).toBeCloseTo(chosen.sharpeRatio, 10);
    expect(measured.growth?.f64Le.length).toBe(8 * (measured.growth?.dates.length ?? 0));
    for (const [i, { riskShare }] of measured.riskContributions.entries()) {
      expect(riskShare).toBeCloseTo(chosen.weights[i]?.riskShare ?? Number.NaN, 10);
    }
  });
});
