import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { JobState } from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";
import type { BacktestResult } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import {
  ForecastService,
  type GetForecastsRequest,
  type GetPastForecastsRequest,
} from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { TargetKind } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { register } from "@portfolio/platform/rpc/registration";
import {
  createTestDatabase,
  type TestDatabase,
} from "@portfolio/platform/testing/postgres-database";
import {
  dataRegistrations,
  readSampleCloses,
} from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOptimizationService, type OptimizationService as Service } from "../src/index.ts";
import { MINIMUM_VARIANCE, PURGED, QUARTERLY, type Spec, SYMBOLS } from "./backtest-specs.ts";
import { failureOf, TEST_INTERCEPTORS, TEST_LOG } from "./test-service.ts";

const [FIRST_DATE, LAST_DATE, CONFIDENCE] = ["2016-06-01", "2019-06-28", 0.01];
const asked: GetPastForecastsRequest[] = [];

/** What is forecast on a day: anything, as long as it is always the same. */
function excessOn(date: string, symbol: string): number {
  const text = `${symbol}${date}`;
  return (
    (([...text].reduce((sum, letter) => 31 * sum + letter.charCodeAt(0), 7) % 997) - 498) / 2e3
  );
}

/** The contract of the training service, as it is used here. KO has no forecast in 2017. */
function trainingTransport(): Transport {
  const sourceOf = (modelId: string, asOfDate: string) => ({
    ...{ modelId, version: 7, asOfDate, artifactHash: "aa", snapshotHash: "bb" },
    trainedUntil: "2022-12-28",
    target: { kind: modelId === "calm" ? TargetKind.VOLATILITY : TargetKind.RANK, horizonDays: 21 },
  });
  const figures = (modelId: string, symbols: readonly string[], date: string) =>
    symbols.map((symbol) => {
      const excess = excessOn(date, symbol);
      return modelId === "calm" ? 0.2 + excess / 5 : excess;
    });
  const matrixOf = (rows: readonly number[][]) => {
    const values = Float64Array.from(rows.flat());
    const f64Le = new Uint8Array(values.buffer);
    return { rows: rows.length, cols: rows[0]?.length ?? 0, f64Le };
  };
  const getPastForecasts = async (request: GetPastForecastsRequest) => {
    asked.push(request);
    const { symbols, asOfDates, version } = request;
    const modelId = version?.modelId ?? "";
    const isOrder = modelId !== "calm";
    const has = (date: string) => date >= FIRST_DATE && date <= LAST_DATE;
    const rows = asOfDates.map((date) =>
      figures(modelId, symbols, date).map((value, k) =>
        has(date) && !(symbols[k] === "KO" && date.startsWith("2017")) ? value : Number.NaN,
      ),
    );
    return {
      source: {
        ...sourceOf(modelId, LAST_DATE),
        alias: version?.version.case === "number" ? "" : "champion",
      },
      ...{ firstDate: FIRST_DATE, lastDate: LAST_DATE },
      madeOnDates: asOfDates.map((date) => (has(date) ? date : "")),
      scores: matrixOf(rows),
      ...(isOrder && {
        expectedExcessReturnsPerYear: matrixOf(rows),
        confidences: asOfDates.map((date) => (has(date) ? CONFIDENCE : 0)),
      }),
    };
  };
  const getForecasts = async ({ version, symbols, asOfDate }: GetForecastsRequest) => {
    const modelId = version?.modelId ?? "";
    return {
      source: sourceOf(modelId, asOfDate),
      ...(modelId !== "calm" && { skill: { confidence: CONFIDENCE } }),
      forecasts: figures(modelId, symbols, asOfDate).map((value, k) => ({
        symbol: symbols[k] ?? "",
        volatilityPerYear: value,
        ...(modelId !== "calm" && { expectedExcessReturnPerYear: value }),
      })),
    };
  };
  return createLocalTransport(
    [register(ForecastService, { getPastForecasts, getForecasts } as never)],
    TEST_INTERCEPTORS,
  );
}

const rank = { version: { modelId: "rank" } };
const BY_FORECAST = {
  expectedReturns: { method: { case: "forecast", value: rank } },
  covariance: { method: { case: "sample", value: {} } },
  objective: { goal: { case: "maximumSharpe", value: {} } },
} as const;
type Template = NonNullable<NonNullable<Spec["strategies"]>[number]["optimization"]>;

const specOf = (optimization: Template, more: Partial<Spec> = {}): Spec => ({
  ...QUARTERLY,
  ...{ startDate: "2015-06-01", endDate: "2019-06-28" },
  strategies: [{ name: "Forecasts", optimization }],
  ...(more as object),
});
const FIT = { pastForecasts: { fitPeriod: true } };
/** Forecasts as expected returns, as views and as volatilities. */
const THREE = [
  { name: "Returns", optimization: BY_FORECAST },
  {
    name: "Views",
    optimization: {
      ...BY_FORECAST,
      expectedReturns: {
        method: { case: "equilibrium", value: { riskAversion: 2.5 } },
        views: { method: { case: "forecast", value: rank } },
      },
    },
  },
  {
    name: "Volatilities",
    optimization: {
      covariance: {
        method: { case: "forecastVolatility", value: { version: { modelId: "calm" } } },
      },
      objective: { goal: { case: "minimumVariance", value: {} } },
    },
  },
] as const;

describe("a backtest by forecasts", () => {
  const closes = readSampleCloses();
  let database: TestDatabase;
  let service: Service;
  let client: Client<typeof BacktestService>;
  let optimization: Client<typeof OptimizationService>;
  let threeId: string;
  let three: BacktestResult;
  let askedFirst: readonly GetPastForecastsRequest[];

  beforeAll(async () => {
    database = await createTestDatabase();
    service = await createOptimizationService({
      databaseUrl: database.url,
      dataTransport: createLocalTransport(dataRegistrations(closes), []),
      trainingTransport: trainingTransport(),
      log: TEST_LOG,
      solverThreads: 1,
    });
    const transport = createLocalTransport(service.registrations, TEST_INTERCEPTORS);
    client = createClient(BacktestService, transport);
    optimization = createClient(OptimizationService, transport);
    threeId = await start(specOf(BY_FORECAST, { ...FIT, strategies: [...THREE] as never }));
    three = await resultOf(threeId);
    askedFirst = [...asked];
  }, 60_000);
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  const start = async (spec: Spec) => (await client.startBacktest({ spec })).backtest?.id ?? "";
  const resultOf = async (id: string): Promise<BacktestResult> => {
    for (;;) {
      const { backtest, result } = await client.getBacktest({ id });
      const { state, error } = backtest?.job ?? {};
      if (state === JobState.FAILED) throw new Error(error?.description);
      if (result !== undefined) return result;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const weightsOf = ({ strategies }: BacktestResult, strategy: number) => {
    const { weights, rebalances = [] } = strategies[strategy] ?? {};
    const { values = [] } = weights ?? {};
    return rebalances.map(({ decisionDate }, k) => ({
      decisionDate,
      weights: values.slice(k * SYMBOLS.length, (k + 1) * SYMBOLS.length),
    }));
  };

  it("decides as OptimizePortfolio does by the forecast of the day", async () => {
    const after2017 = three.folds.findIndex(({ trainEndDate }) => trainEndDate > "2018");
    for (const [s, { optimization: template }] of THREE.entries()) {
      for (const k of [0, after2017]) {
        const { trainStartDate: startDate = "", trainEndDate: endDate = "" } = three.folds[k] ?? {};
        const { weights: expected } = await optimization.optimizePortfolio({
          ...(template as object),
          ...{ symbols: SYMBOLS, startDate, endDate },
        });
        const decided = weightsOf(three, s)[k];

        expect(decided?.decisionDate).toBe(endDate);
        expect(expected).toHaveLength(SYMBOLS.length);
        for (const [j, { weight }] of expected.entries()) {
          expect(decided?.weights[j]).toBeCloseTo(weight, 9);
        }
      }
    }
  });

  it("holds no asset without a forecast on the day", () => {
    const decisions = weightsOf(three, 0);
    const ofKo = SYMBOLS.indexOf("KO");

    const in2017 = decisions.filter(({ decisionDate }) => decisionDate.startsWith("2017"));
    expect(in2017).toHaveLength(4);
    for (const { weights } of in2017) expect(weights[ofKo]).toBe(0);
    expect(decisions.some(({ weights }) => (weights[ofKo] ?? 0) > 0.01)).toBe(true);
  });

  it("names the days of forecasts where a decision has none, or keeps to them", async () => {
    const early = specOf(BY_FORECAST, { startDate: "2015-01-02" });
    const failure = await failureOf(start(early));

    expect(failure).toMatchObject({
      reason: "FORECASTS_MISSING",
      fields: ["spec.past_forecasts"],
      metadata: { firstDate: FIRST_DATE, lastDate: LAST_DATE },
    });
    expect(failure.message).toMatch(/no forecast for 2 decisions, the first on 2015-12-31\./u);
    const late = specOf(BY_FORECAST, { ...FIT, startDate: "2020-01-02", endDate: "" });
    expect((await failureOf(start(late))).reason).toBe("FORECASTS_MISSING");

    const { folds, datesUsed } = await resultOf(
      await start(specOf(BY_FORECAST, { ...FIT, startDate: "2012-01-03", endDate: "2022-12-28" })),
    );
    expect(folds[0]?.trainEndDate).toBe("2016-06-30");
    expect(datesUsed?.endDate).toBe("2019-07-05");
    expect(asked.at(-1)?.asOfDates[0]).toBe("2016-06-30");
    expect(asked.at(-1)?.maxAgeDays).toBe(7);
  });

  it("names the version it rests on by number, and that it was chosen in hindsight", async () => {
    const { backtest } = await client.getBacktest({ id: threeId });
    const { provenance, notices } = three;

    const method = backtest?.spec?.strategies[0]?.optimization?.expectedReturns?.method;
    const byNumber = { case: "number", value: 7 };
    expect(method?.case === "forecast" && method.value.version?.version).toEqual(byNumber);
    // By the start of the backtest and then by its job, each of two models for its days and for all.
    const versions = askedFirst.map(({ version }) => version?.version);
    expect(versions.filter((version) => version?.case === "alias")).toHaveLength(4);
    expect(versions.slice(4)).toEqual(Array(4).fill(byNumber));
    expect(provenance?.forecasts.map(({ field, modelId }) => [field, modelId])).toEqual([
      ["strategies[0].expected_returns.forecast", "rank"],
      ["strategies[1].expected_returns.views.forecast", "rank"],
      ["strategies[2].covariance.forecast_volatility", "calm"],
    ]);
    expect(provenance?.forecasts[0]).toMatchObject({
      ...{ version: 7, artifactHash: "aa", snapshotHash: "bb", asOfDate: LAST_DATE },
    });
    expect(provenance?.methodVersions["strategies[0].expected_returns"]).toBe("forecast/1");
    const hindsight = notices.filter(({ reason }) => reason === "FORECAST_CHOSEN_IN_HINDSIGHT");
    expect(hindsight.map(({ description }) => /model (\w+)/u.exec(description)?.[1])).toEqual([
      "rank",
      "calm",
    ]);
  });

  it("tunes by the forecasts of the days of its grid", async () => {
    const value = { alternatives: [MINIMUM_VARIANCE.optimization], trainDays: 120, testDays: 60 };
    const strategies = [
      { name: "Tuned", optimization: BY_FORECAST, method: { case: "grid", value } },
    ] as NonNullable<Spec["strategies"]>;
    const result = await resultOf(await start(specOf(BY_FORECAST, { ...FIT, strategies })));

    expect(result.strategies[0]?.grid?.candidates).toHaveLength(2);
    // The grid of the first decision, half a year before it, begins with the first forecasts.
    const [first = ""] = asked.at(-1)?.asOfDates ?? [];
    expect(first >= FIRST_DATE && first < "2016-08").toBe(true);
    expect(weightsOf(result, 0)[0]?.decisionDate).toBe("2016-12-30");
  });

  it("is refused where a forecast would know the future or is none", async () => {
    const reasonAndFields = async (spec: Spec) => {
      const { reason, fields } = await failureOf(start(spec));
      return [reason, fields];
    };
    const stacked = {
      ...{ name: "Stacked", optimization: BY_FORECAST },
      method: {
        case: "ensemble" as const,
        value: {
          members: [MINIMUM_VARIANCE.optimization],
          stacking: { objective: BY_FORECAST.objective },
        },
      },
    } satisfies NonNullable<Spec["strategies"]>[number];
    const path = "spec.strategies[0].optimization.expected_returns.forecast";

    expect(
      await reasonAndFields({ ...PURGED, strategies: [{ name: "F", optimization: BY_FORECAST }] }),
    ).toEqual(["FORECAST_LOOKS_AHEAD", [path]]);
    expect(await reasonAndFields(specOf(BY_FORECAST, { strategies: [stacked] }))).toEqual([
      "FORECAST_LOOKS_AHEAD",
      [path],
    ]);
    const calm = { method: { case: "forecast", value: { version: { modelId: "calm" } } } } as const;
    expect(await reasonAndFields(specOf({ ...BY_FORECAST, expectedReturns: calm }, FIT))).toEqual([
      "FORECAST_UNSUITABLE",
      [`${path}.version`],
    ]);
    expect((await reasonAndFields({ ...PURGED, ...FIT }))[1]).toEqual(["spec.past_forecasts"]);
  });
});
