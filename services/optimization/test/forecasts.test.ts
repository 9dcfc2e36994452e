import type { Transport } from "@connectrpc/connect";
import type { OptimizePortfolioRequest } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import {
  ForecastService,
  type GetForecastsRequest,
} from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { TargetKind } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { AppError } from "@portfolio/platform/app-error";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { register } from "@portfolio/platform/rpc/registration";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  failureOf,
  startTestService,
  TEST_INTERCEPTORS,
  type TestService,
} from "./test-service.ts";

const closes = readSampleCloses();
const symbols = [...closes.keys()].slice(0, 4);
const excess = [0.03, 0.01, -0.01, -0.03];
const CONFIDENCE = 0.01;

/** Models that say what the test likes: the contract of the training service, as it is used here. */
function trainingTransport(asked: GetForecastsRequest[]): Transport {
  const getForecasts = async (request: GetForecastsRequest) => {
    asked.push(request);
    const modelId = request.version?.modelId ?? "";
    if (modelId === "missing") {
      throw new AppError("not-found", "MODEL_UNKNOWN", "There is no model missing.", {
        violations: [{ field: "model_id", description: "names no model" }],
      });
    }
    const isVolatility = modelId === "calm";
    const isSkilled = modelId === "skilled";
    return {
      source: {
        modelId,
        version: 7,
        alias: "champion",
        artifactHash: "aa",
        snapshotHash: "bb",
        asOfDate: request.asOfDate || "2022-12-28",
        trainedUntil: "2022-12-28",
        canaryExperimentId: request.version?.key ?? "",
        target: { kind: isVolatility ? TargetKind.VOLATILITY : TargetKind.RANK, horizonDays: 21 },
      },
      ...(!isVolatility && { skill: { confidence: isSkilled ? CONFIDENCE : 0 } }),
      forecasts: request.symbols.map((symbol, k) => ({
        symbol,
        score: 0,
        volatilityPerYear: 0.1 * (k + 1),
        ...(!isVolatility && { expectedExcessReturnPerYear: isSkilled ? (excess[k] ?? 0) : 0 }),
      })),
    };
  };
  return createLocalTransport(
    [register(ForecastService, { getForecasts } as never)],
    TEST_INTERCEPTORS,
  );
}

let service: TestService;
const asked: GetForecastsRequest[] = [];

beforeAll(() => {
  service = startTestService(closes, 1, trainingTransport(asked));
});
afterAll(() => service.close());

const skilled = { version: { modelId: "skilled" } };
type Expected = NonNullable<
  Parameters<TestService["client"]["optimizePortfolio"]>[0]["expectedReturns"]
>;

const optimize = (expectedReturns: Expected, more: Partial<OptimizePortfolioRequest> = {}) =>
  service.client.optimizePortfolio({
    ...{ symbols, expectedReturns, objective: { goal: { case: "maximumSharpe", value: {} } } },
    ...(more as object),
  });
const returnsOf = async (expectedReturns: Expected) =>
  (await moments(expectedReturns)).estimates?.expectedReturnsPerYear ?? [];
const moments = (expectedReturns: Expected) =>
  service.client.estimateMoments({ symbols, expectedReturns });

describe("expected returns by forecast", () => {
  it("are the market's and what the version expects over it", async () => {
    const method = { case: "forecast", value: { ...skilled, marketReturnPerYear: 0.06 } } as const;
    const { estimates, provenance } = await moments({ method });

    expect(estimates?.expectedReturnsPerYear).toEqual(excess.map((value) => 0.06 + value));
    expect(provenance?.methodVersions["expected_returns"]).toBe("forecast/1");
    expect(provenance?.forecasts).toMatchObject([
      {
        field: "expected_returns.forecast",
        modelId: "skilled",
        version: 7,
        alias: "champion",
        asOfDate: "2022-12-28",
        artifactHash: "aa",
        snapshotHash: "bb",
        confidence: CONFIDENCE,
      },
    ]);
  });

  it("say whose canary they are, by the key of the request", async () => {
    const value = { version: { modelId: "skilled", key: "pension" } };
    const { provenance } = await optimize({ method: { case: "forecast", value } });

    expect(asked.at(-1)?.version?.key).toBe("pension");
    expect(provenance?.forecasts[0]?.canaryExperimentId).toBe("pension");
  });

  it("take the historical mean of all assets for the market's", async () => {
    const history = await returnsOf({});
    const market = history.reduce((sum, value) => sum + value / 4, 0);
    const forecast = await returnsOf({ method: { case: "forecast", value: skilled } });

    for (const [k, value] of forecast.entries()) {
      expect(value).toBeCloseTo(market + (excess[k] ?? 0), 14);
    }
    expect(asked.at(-1)).toMatchObject({ symbols, asOfDate: "" });
  });

  it("choose weights and frontiers, which say where they come from", async () => {
    const expectedReturns = { method: { case: "forecast", value: skilled } } as const;
    const best = await optimize(expectedReturns);
    const frontier = await service.client.traceFrontier({ symbols, expectedReturns });

    expect(best.provenance?.forecasts).toHaveLength(1);
    expect(frontier.provenance?.forecasts).toHaveLength(1);
    expect(frontier.turningPoints[0]?.weights[0]).toBeDefined();
  });

  it("warn of forecasts that know what came after, and of versions without skill", async () => {
    const answer = await optimize(
      { method: { case: "forecast", value: { version: { modelId: "lucky" } } } },
      { endDate: "2015-06-30" },
    );

    expect(answer.notices.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(["FORECAST_IN_SAMPLE", "FORECAST_WITHOUT_SKILL"]),
    );
  });
});

describe("views by forecast", () => {
  it("move one asset by what is expected over the market, whatever tau", async () => {
    for (const tau of [0.01, 1]) {
      const { views, provenance } = await service.client.estimateMoments({
        symbols: symbols.slice(0, 1),
        expectedReturns: {
          method: { case: "equilibrium", value: { riskAversion: 2.5 } },
          views: { method: { case: "forecast", value: { ...skilled, tau } } },
        },
      });

      const [prior = 0] = views?.priorReturnsPerYear ?? [];
      expect(views?.posteriorReturnsPerYear[0]).toBeCloseTo(prior + 0.03, 12);
      expect(provenance?.forecasts[0]?.field).toBe("expected_returns.views.forecast");
    }
  });

  it("are those that the caller could have written by hand", async () => {
    const equilibrium = { case: "equilibrium", value: { riskAversion: 2.5 } } as const;
    const prior = await returnsOf({ method: equilibrium });
    const forecast = await returnsOf({
      method: equilibrium,
      views: { method: { case: "forecast", value: skilled } },
    });
    const views = symbols.map((symbol, k) => {
      const percent = 100 * ((prior[k] ?? 0) + (excess[k] ?? 0) / CONFIDENCE);
      return { expression: `${symbol} == ${percent}%`, confidence: CONFIDENCE };
    });
    const written = await returnsOf({
      method: equilibrium,
      views: { method: { case: "blackLitterman", value: { views } } },
    });

    for (const [k, value] of forecast.entries()) {
      expect(value).toBeCloseTo(written[k] ?? Number.NaN, 12);
      expect(value).not.toBeCloseTo(prior[k] ?? Number.NaN, 3);
    }
  });

  it("change nothing where there is no skill", async () => {
    const { views } = await moments({
      views: { method: { case: "forecast", value: { version: { modelId: "lucky" } } } },
    });

    for (const [k, value] of (views?.posteriorReturnsPerYear ?? []).entries()) {
      expect(value).toBeCloseTo(views?.priorReturnsPerYear[k] ?? Number.NaN, 14);
    }
  });
});

describe("volatilities by forecast", () => {
  it("scale the correlations of the past", async () => {
    const covariance = {
      method: { case: "forecastVolatility", value: { version: { modelId: "calm" } } },
    } as const;
    const scaled = await service.client.estimateMoments({ symbols, covariance });
    const past = await service.client.estimateMoments({
      symbols,
      covariance: { method: { case: "sample", value: {} } },
    });

    for (const [k, volatility] of scaled.volatilitiesPerYear.entries()) {
      expect(volatility).toBeCloseTo(0.1 * (k + 1), 12);
    }
    const [a, b] = [scaled, past].map(({ correlation }) => [
      ...new Float64Array((correlation?.f64Le ?? new Uint8Array()).slice().buffer),
    ]);
    for (const [k, value] of (a ?? []).entries())
      expect(value).toBeCloseTo(b?.[k] ?? Number.NaN, 12);
  });
});

describe("what cannot be", () => {
  it("says so, and where", async () => {
    const of = (modelId: string) =>
      failureOf(optimize({ method: { case: "forecast", value: { version: { modelId } } } }));

    expect(await of("missing")).toMatchObject({
      reason: "MODEL_UNKNOWN",
      fields: ["expected_returns.forecast.version"],
    });
    expect(await of("calm")).toMatchObject({
      reason: "FORECAST_UNSUITABLE",
      fields: ["expected_returns.forecast.version"],
    });
  });

  it("is a forecast without a training service", async () => {
    const alone = startTestService(closes);
    const call = alone.client.estimateMoments({
      symbols,
      expectedReturns: { method: { case: "forecast", value: skilled } },
    });

    expect((await failureOf(call)).reason).toBe("FORECASTS_UNAVAILABLE");
    await alone.close();
  });
});
