import { RiskMeasureKind } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { closesOf, readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

const STOCKS = ["AAPL", "AMD", "BAC", "GE", "JNJ", "KO", "MSFT", "XOM"];

describe("TraceFrontier", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  it("descends from the highest return to the portfolio of minimum variance", async () => {
    const frontier = await service.client.traceFrontier({ symbols: STOCKS, pointCount: 30 });
    const minimum = await service.client.optimizePortfolio({
      symbols: STOCKS,
      objective: { goal: { case: "minimumVariance", value: {} } },
    });

    const { turningPoints, points } = frontier;
    for (const list of [turningPoints, points]) {
      for (const [k, point] of list.entries()) {
        const next = list[k + 1] ?? point;
        expect(point.expectedReturnPerYear).toBeGreaterThanOrEqual(next.expectedReturnPerYear);
        expect(point.variancePerYear).toBeGreaterThanOrEqual(next.variancePerYear);
        expect(point.volatilityPerYear).toBeCloseTo(Math.sqrt(point.variancePerYear), 12);
        expect(point.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
      }
    }
    expect(turningPoints.length).toBeGreaterThan(5);
    expect(turningPoints.at(-1)?.lambda).toBe(0);
    expect(points).toHaveLength(30);
    expect(points[0]?.weights).toEqual(turningPoints[0]?.weights);
    for (const [i, weight] of (points.at(-1)?.weights ?? []).entries()) {
      expect(weight).toBeCloseTo(minimum.weights[i]?.weight ?? Number.NaN, 12);
    }
  });

  it("holds the same portfolio of the highest Sharpe ratio as OptimizePortfolio", async () => {
    const settings = { symbols: STOCKS, riskFreeRatePerYear: 0.03 };
    const { maximumSharpe, turningPoints } = await service.client.traceFrontier(settings);
    const { weights, sharpeRatio } = await service.client.optimizePortfolio({
      ...settings,
      objective: { goal: { case: "maximumSharpe", value: {} } },
    });

    expect(maximumSharpe?.weights).toEqual(weights.map(({ weight }) => weight));
    expect(maximumSharpe?.sharpeRatio).toBeCloseTo(sharpeRatio, 12);
    for (const point of turningPoints) {
      expect(point.sharpeRatio).toBeLessThanOrEqual(sharpeRatio + 1e-12);
    }
  });

  it("is the same through factors as from their covariance", async () => {
    const symbols = [...STOCKS, "PG", "PFE", "CVX", "WMT"];
    const settings = { symbols, pointCount: 0, includeEstimates: true };
    const throughFactors = await service.client.traceFrontier({
      ...settings,
      covariance: { method: { case: "factorModel", value: { componentCount: 1 } } },
    });
    const fromMatrix = await service.client.traceFrontier({
      ...settings,
      covariance: {
        method: { case: "given", value: { matrix: throughFactors.estimates?.covariancePerYear } },
      },
    });

    expect(throughFactors.turningPoints).toHaveLength(fromMatrix.turningPoints.length);
    for (const [k, { weights }] of throughFactors.turningPoints.entries()) {
      for (const [i, weight] of weights.entries()) {
        expect(weight).toBeCloseTo(fromMatrix.turningPoints[k]?.weights[i] ?? Number.NaN, 10);
      }
    }
    expect(throughFactors.certificate?.dualResidual).toBeLessThan(1e-10);
  });

  it("gives estimates from which every point can be measured again", async () => {
    const { estimates, turningPoints, assets } = await service.client.traceFrontier({
      symbols: STOCKS,
      includeEstimates: true,
    });

    const mean = estimates?.expectedReturnsPerYear ?? [];
    const covariance = estimates?.covariancePerYear?.values ?? [];
    const n = STOCKS.length;
    for (const { weights, expectedReturnPerYear, variancePerYear } of turningPoints) {
      const expected = weights.reduce((sum, w, i) => sum + w * (mean[i] ?? 0), 0);
      const variance = covariance.reduce(
        (sum, entry, k) => sum + entry * (weights[Math.floor(k / n)] ?? 0) * (weights[k % n] ?? 0),
        0,
      );
      expect(expectedReturnPerYear).toBeCloseTo(expected, 12);
      expect(variancePerYear).toBeCloseTo(variance, 12);
    }
    expect(assets.map(({ symbol }) => symbol)).toEqual(STOCKS);
    expect(assets[1]?.volatilityPerYear).toBeCloseTo(Math.sqrt(covariance[n + 1] ?? 0), 12);
    expect(assets[1]?.expectedReturnPerYear).toBe(mean[1]);
  });

  it("leaves out what was not asked for", async () => {
    const { points, estimates } = await service.client.traceFrontier({ symbols: STOCKS });

    expect(points).toEqual([]);
    expect(estimates).toBeUndefined();
  });

  it("names conflicting limits", async () => {
    const failure = await failureOf(
      service.client.traceFrontier({ symbols: STOCKS, constraints: { defaultMax: 0.1 } }),
    );

    expect(failure.reason).toBe("CONSTRAINTS_INFEASIBLE");
    expect(failure.message).toContain("maximum weights sum to 80 %");
  });
});

describe("TraceFrontier on few or odd assets", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(
      closesOf({
        BUSY: [100, 110, 99, 105, 100, 108, 101, 104],
        TWIN: [100, 110, 99, 105, 100, 108, 101, 104],
        FLAT: [10, 10, 10, 10, 10, 10, 10, 10],
      }),
    );
  });
  afterAll(() => service.close());

  it("is one point for one asset", async () => {
    const { turningPoints, points } = await service.client.traceFrontier({
      symbols: ["BUSY"],
      pointCount: 5,
    });

    expect(turningPoints.map(({ weights }) => weights)).toEqual([[1]]);
    expect(points.map(({ weights }) => weights)).toEqual([[1]]);
  });

  it("has an answer for duplicate series", async () => {
    const { turningPoints } = await service.client.traceFrontier({
      symbols: ["BUSY", "TWIN"],
      covariance: { method: { case: "sample", value: {} } },
    });

    const weights = turningPoints.at(-1)?.weights ?? [];
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it("says why there is no highest Sharpe ratio beside an asset without risk", async () => {
    const { maximumSharpe, notices } = await service.client.traceFrontier({
      symbols: ["BUSY", "FLAT"],
      covariance: { method: { case: "sample", value: {} } },
      riskFreeRatePerYear: -0.01,
    });

    expect(maximumSharpe).toBeUndefined();
    expect(notices.map(({ reason }) => reason)).toEqual(["ZERO_VOLATILITY"]);
  });

  it("sends a large covariance as bytes", async () => {
    const n = 60;
    const values = Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 0.04 : 0.01));
    const { estimates } = await service.client.traceFrontier({
      symbols: Array.from({ length: n }, (_, i) => `asset ${i}`),
      expectedReturns: {
        method: { case: "given", value: { values: Array.from({ length: n }, (_, i) => i / 1000) } },
      },
      covariance: { method: { case: "given", value: { matrix: { rows: n, cols: n, values } } } },
      includeEstimates: true,
    });

    const matrix = estimates?.covariancePerYear;
    expect(matrix?.values).toEqual([]);
    expect(matrix?.f64Le.length).toBe(n * n * 8);
    expect(Buffer.from(matrix?.f64Le ?? []).readDoubleLE(8)).toBe(0.01);
  });
});

describe("TraceFrontier with a band and a certificate", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(readSampleCloses());
  });
  afterAll(() => service.close());

  it("certifies what it answers", async () => {
    const { certificate } = await service.client.traceFrontier({ symbols: STOCKS });

    expect(certificate?.algorithm).toBe("critical-line/2");
    expect(certificate?.iterations).toBeGreaterThan(4);
    const { primalResidual, dualResidual, gap } = certificate ?? {};
    for (const residual of [primalResidual, dualResidual, gap]) {
      expect(residual).toBeLessThan(1e-12);
    }
  });

  it("draws a band that lies around the frontier", async () => {
    const request = { symbols: STOCKS, pointCount: 9, band: { drawCount: 100, seed: 5 } };
    const { band, points } = await service.client.traceFrontier(request);
    const again = await service.client.traceFrontier(request);

    const levels = band?.expectedReturnsPerYear ?? [];
    expect(levels.length).toBeGreaterThan(5);
    for (const [k, level] of levels.entries()) {
      const point = points.find(
        ({ expectedReturnPerYear }) => Math.abs(expectedReturnPerYear - level) < 1e-12,
      );
      const low = band?.volatilityP5PerYear[k] ?? 0;
      const high = band?.volatilityP95PerYear[k] ?? 0;
      expect(low).toBeLessThan(band?.volatilityP50PerYear[k] ?? 0);
      expect(high).toBeGreaterThan(band?.volatilityP50PerYear[k] ?? 0);
      expect(point?.volatilityPerYear).toBeLessThan(high * 1.2);
    }
    expect(band?.meanWeights).toMatchObject({ rows: levels.length, cols: STOCKS.length });
    expect(again.band).toEqual(band);
  });

  it("refuses a band without a history or of too much work", async () => {
    const values = [0.1];
    const estimates = {
      expectedReturns: { method: { case: "given", value: { values } } },
      covariance: {
        method: { case: "given", value: { matrix: { rows: 1, cols: 1, values } } },
      },
    } as const;
    const band = { drawCount: 100, seed: 1 };
    const given = await failureOf(
      service.client.traceFrontier({ symbols: ["A"], ...estimates, band }),
    );
    expect(given).toMatchObject({ reason: "REQUEST_INVALID", fields: ["band"] });

    const few = await failureOf(
      service.client.traceFrontier({ symbols: STOCKS, band: { drawCount: 1, seed: 1 } }),
    );
    expect(few).toMatchObject({ reason: "REQUEST_INVALID", fields: ["band.draw_count"] });
  });

  it("refuses a band of a frontier that is not of variance under linear limits", async () => {
    const band = { drawCount: 5, seed: 1 };
    const limited = { constraints: { leverage: { grossMax: 1 } } };
    const measured = { measure: { kind: RiskMeasureKind.CONDITIONAL_VALUE_AT_RISK } };
    for (const request of [limited, measured]) {
      const failure = await failureOf(
        service.client.traceFrontier({ symbols: STOCKS, band, ...request }),
      );

      expect(failure).toMatchObject({ reason: "REQUEST_INVALID", fields: ["band"] });
    }
  });

  it("tells risk as volatility under limits that are not linear, too", async () => {
    const { points } = await service.client.traceFrontier({
      symbols: STOCKS,
      pointCount: 3,
      constraints: { leverage: { grossMax: 1 } },
    });

    expect(points.length).toBeGreaterThan(1);
    for (const { risk, volatilityPerYear } of points) {
      expect(risk).toBe(volatilityPerYear);
    }
  });
});
