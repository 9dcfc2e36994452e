import { RiskMeasureKind } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { closesOf, readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

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

  it("explains return and risk by factors", async () => {
    const sample = startTestService(readSampleCloses());
    const request = {
      positions: [
        { symbol: "AAPL", weight: 0.4 },
        { symbol: "KO", weight: 0.5 },
      ],
      riskFreeRatePerYear: 0.01,
      factorSymbols: ["SP500", "vlue"],
    };
    const { factorReport, provenance, datesUsed } = await sample.client.analyzePortfolio(request);
    const alone = await sample.client.analyzePortfolio({
      positions: [{ symbol: "SP500", weight: 1 }],
      factorSymbols: ["SP500"],
    });
    const fewer = await sample.client.analyzePortfolio({
      ...request,
      factorSymbols: ["SP500"],
    });
    await sample.close();

    const { contributions = [], alphaPerYear = Number.NaN } = factorReport ?? {};
    expect(contributions.map(({ symbol }) => symbol)).toEqual(["SP500", "VLUE"]);
    const shares = contributions.reduce((sum, { varianceShare = 0 }) => sum + varianceShare, 0);
    expect(shares).toBeCloseTo(factorReport?.rSquared ?? Number.NaN, 10);
    expect(contributions.every(({ betaStandardError }) => betaStandardError > 0)).toBe(true);
    expect(Number.isFinite(alphaPerYear)).toBe(true);
    expect(provenance?.methodVersions["factors"]).toBe("time-series-regression/1");
    expect(datesUsed?.returnCount).toBeGreaterThan(100);
    // A factor explains itself, and more factors explain no less.
    expect(alone.factorReport?.contributions[0]?.beta).toBeCloseTo(1, 10);
    expect(alone.factorReport?.rSquared).toBeCloseTo(1, 10);
    expect(fewer.factorReport?.rSquared).toBeLessThanOrEqual(factorReport?.rSquared ?? 0);
  });

  it("leaves out factors for which there are too few days, and says when they are collinear", async () => {
    const positions = [{ symbol: "RISE", weight: 1 }];
    const few = await service.client.analyzePortfolio({
      positions,
      factorSymbols: ["FALL", "CRASH"],
    });
    const still = await service.client.analyzePortfolio({ positions, factorSymbols: ["STILL"] });
    const none = await service.client.analyzePortfolio({ positions });

    expect(few.factorReport).toBeUndefined();
    expect(still.factorReport).toMatchObject({ collinear: true, contributions: [] });
    expect(none.factorReport).toBeUndefined();
  });

  it("describes the shape of the distribution of returns", async () => {
    const sample = startTestService(readSampleCloses());
    const { higherMoments } = await sample.client.analyzePortfolio({
      positions: [
        { symbol: "AAPL", weight: 0.7 },
        { symbol: "KO", weight: -0.2 },
      ],
      includeHigherMoments: true,
    });
    await sample.close();
    const { assets = [], skewness, kurtosis, lMoments } = higherMoments ?? {};

    const total = (pick: (asset: (typeof assets)[number]) => number) =>
      assets.reduce((sum, asset) => sum + pick(asset), 0);
    expect(total((asset) => asset.skewnessContribution)).toBeCloseTo(skewness ?? Number.NaN, 10);
    expect(total((asset) => asset.kurtosisContribution)).toBeCloseTo(kurtosis ?? Number.NaN, 10);
    expect(assets.map(({ symbol }) => symbol)).toEqual(["AAPL", "KO"]);
    expect(kurtosis).toBeGreaterThan(3);
    expect(lMoments?.kurtosis).toBeGreaterThan(0.1226);
    expect(assets[0]?.lMoments?.second).toBeGreaterThan(assets[1]?.lMoments?.second ?? 1);
  });

  it("has no shape where nothing varies, and none of three returns", async () => {
    const failure = await failureOf(
      service.client.analyzePortfolio({
        positions: [{ symbol: "RISE", weight: 1 }],
        includeHigherMoments: true,
      }),
    );
    const flat = startTestService(closesOf({ FLAT: [1, 1, 1, 1, 1] }));
    const { higherMoments } = await flat.client.analyzePortfolio({
      positions: [{ symbol: "FLAT", weight: 1 }],
      includeHigherMoments: true,
    });
    await flat.close();

    expect(failure.reason).toBe("REQUEST_INVALID");
    expect(higherMoments).toMatchObject({ lMoments: { first: 0, second: 0 } });
    expect(higherMoments?.skewness).toBeUndefined();
    expect(higherMoments?.assets[0]).toMatchObject({ coskewness: 0, kurtosisContribution: 0 });
  });
});
