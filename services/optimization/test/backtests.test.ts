import { type Client, Code, createClient } from "@connectrpc/connect";
import { JobState } from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";
import type { BacktestResult } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import {
  createTestDatabase,
  type TestDatabase,
} from "@portfolio/platform/testing/postgres-database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOptimizationService, type OptimizationService as Service } from "../src/index.ts";
import {
  EQUAL,
  MINIMUM_VARIANCE,
  PURGED,
  QUARTERLY,
  type Spec,
  SYMBOLS,
} from "./backtest-specs.ts";
import { dataRegistrations, readSampleCloses } from "./sample-data-service.ts";
import { failureOf, TEST_INTERCEPTORS, TEST_LOG } from "./test-service.ts";

describe("BacktestService on PostgreSQL", () => {
  const closes = readSampleCloses();
  let database: TestDatabase;
  let service: Service;
  let client: Client<typeof BacktestService>;
  let optimization: Client<typeof OptimizationService>;

  beforeAll(async () => {
    database = await createTestDatabase();
    service = await createOptimizationService({
      databaseUrl: database.url,
      dataTransport: createLocalTransport(dataRegistrations(closes), []),
      log: TEST_LOG,
      solverThreads: 1,
    });
    const transport = createLocalTransport(service.registrations, TEST_INTERCEPTORS);
    client = createClient(BacktestService, transport);
    optimization = createClient(OptimizationService, transport);
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  const start = async (spec: Spec) => {
    const { backtest } = await client.startBacktest({ spec });
    if (backtest === undefined) throw new Error("no backtest was returned");
    return backtest;
  };
  const resultOf = async (spec: Spec): Promise<BacktestResult> => {
    const { id } = await start(spec);
    const endMs = performance.now() + 20_000;
    for (;;) {
      const { backtest, result } = await client.getBacktest({ id });
      const { state, error } = backtest?.job ?? {};
      if (result !== undefined && state === JobState.SUCCEEDED) {
        return result;
      }
      if (state === JobState.FAILED || performance.now() > endMs) {
        throw new Error(`no result: ${state} ${error?.reason} ${error?.description}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it("decides as OptimizePortfolio does on the days before", async () => {
    const { folds, strategies, symbols } = await resultOf(QUARTERLY);
    const [minimum] = strategies;
    const { weights, rebalances } = minimum ?? {};

    expect(symbols).toEqual(SYMBOLS);
    expect(folds).toHaveLength(16);
    expect(rebalances).toHaveLength(16);
    for (const k of [0, 7, 15]) {
      const fold = folds[k];
      const { weights: alone } = await optimization.optimizePortfolio({
        ...MINIMUM_VARIANCE.optimization,
        symbols: SYMBOLS,
        startDate: fold?.trainStartDate ?? "",
        endDate: fold?.trainEndDate ?? "",
      });
      const row = weights?.values.slice(k * 5, k * 5 + 5) ?? [];
      expect(rebalances?.[k]?.decisionDate).toBe(fold?.trainEndDate);
      for (const [j, { weight }] of alone.entries()) {
        // Costs are paid from what is bought, which leaves the weights but for rounding.
        expect(Math.abs((row[j] ?? 0) - weight)).toBeLessThan(2e-3);
      }
    }
  });

  it("judges strategies against the benchmark, equal weights and each other", async () => {
    const benchmark = [{ symbol: "MSFT", weight: 1 }];
    const result = await resultOf({ ...QUARTERLY, benchmark, cashRatePerYear: 0.02 });
    const [minimum, equal] = result.strategies;

    // The strategy of equal weights is the portfolio that everything is compared with.
    expect(equal?.values).toEqual(result.equalWeight?.values);
    expect(equal?.totals).toEqual(result.equalWeight?.totals);
    const prices = closes.get("MSFT");
    const { dates = [], values = [] } = result.benchmark?.values ?? {};
    expect((values.at(-1) ?? 0) / (values[0] ?? 1)).toBeCloseTo(
      (prices?.get(dates.at(-1) ?? "") ?? 0) / (prices?.get(dates[0] ?? "") ?? 1),
      10,
    );
    expect(minimum?.tearSheet?.benchmark?.beta).toBeGreaterThan(0);
    expect(result.benchmark?.tearSheet?.benchmark).toBeUndefined();
    expect(result.overfitting).toMatchObject({ trialCount: 2 });
    const { probabilisticSharpe = 0, deflatedSharpe = 0 } = minimum?.tearSheet ?? {};
    expect(deflatedSharpe).toBeLessThan(probabilisticSharpe);
    const growth = (minimum?.values?.values.at(-1) ?? 0) / 1_000_000 - 1;
    expect(minimum?.tearSheet?.totalReturn).toBeCloseTo(growth, 12);
    expect(result.provenance).toMatchObject({
      dataset: { id: "sample", revision: 3 },
      methodVersions: { backtest: "walk-forward/1" },
    });
  });

  it("tells the histories of combinatorial purged validation", async () => {
    const { strategies, folds, benchmark } = await resultOf(PURGED);

    expect(folds).toHaveLength(15);
    expect(folds[0]?.tests).toHaveLength(2);
    expect(strategies[0]?.weights).toMatchObject({ rows: 15, cols: 5 });
    expect(strategies[0]?.paths).toHaveLength(5);
    expect(strategies[0]?.values).toBeUndefined();
    expect(benchmark?.paths).toHaveLength(1);
  });

  it("starts once however often a request is repeated, and pins the revision", async () => {
    const request = { spec: QUARTERLY, name: "Twice", requestId: "retry-1" };

    const started = await Promise.all([
      client.startBacktest(request),
      client.startBacktest(request),
    ]);

    expect(new Set(started.map(({ backtest }) => backtest?.id)).size).toBe(1);
    expect(new Set(started.map(({ backtest }) => backtest?.job?.id)).size).toBe(1);
    expect(started[0]?.backtest).toMatchObject({
      name: "Twice",
      spec: { dataset: { id: "sample", revision: 3 } },
    });
    const failure = await failureOf(client.startBacktest({ ...request, name: "Other" }));
    expect(failure).toMatchObject({ code: Code.AlreadyExists, reason: "REQUEST_ID_REUSED" });
  });

  it("lists the newest first, and forgets what is deleted", async () => {
    const older = await start(PURGED);
    const newer = await start(PURGED);

    const first = await client.listBacktests({ pageSize: 1 });
    const second = await client.listBacktests({ pageSize: 1, pageToken: first.nextPageToken });
    expect(first.backtests.map(({ id }) => id)).toEqual([newer.id]);
    expect(second.backtests.map(({ id }) => id)).toEqual([older.id]);

    await client.deleteBacktest({ id: newer.id });
    await client.deleteBacktest({ id: newer.id });
    await client.deleteBacktest({ id: "no identifier at all" });
    const failure = await failureOf(client.getBacktest({ id: newer.id }));
    expect(failure).toMatchObject({ code: Code.NotFound, reason: "BACKTEST_UNKNOWN" });
  });

  const walking = (change: object): Spec => ({
    ...QUARTERLY,
    validation: { case: "walkForward", value: { ...QUARTERLY.validation.value, ...change } },
  });
  const testing = (...strategies: Spec["strategies"] & object): Spec => ({
    ...QUARTERLY,
    strategies,
  });

  it.each<[string, Spec, string, string]>([
    [
      "symbols of a strategy",
      testing({ ...EQUAL, optimization: { ...EQUAL.optimization, symbols: ["KO"] } }),
      "REQUEST_INVALID",
      "spec.strategies[0].optimization.symbols",
    ],
    ["two of a name", testing(EQUAL, EQUAL), "REQUEST_INVALID", "spec.strategies[1].name"],
    [
      "no objective",
      testing(EQUAL, { name: "None" }),
      "OBJECTIVE_MISSING",
      "spec.strategies[1].optimization.objective",
    ],
    [
      "a covariance of factors",
      testing({
        ...EQUAL,
        optimization: {
          ...EQUAL.optimization,
          covariance: {
            method: { case: "factorModel", value: { factorSymbols: ["MSFT"] } },
          },
        },
      }),
      "REQUEST_INVALID",
      "spec.strategies[0].optimization.covariance",
    ],
    ["no strategy", testing(), "REQUEST_INVALID", "spec.strategies"],
    [
      "an unknown symbol",
      { ...QUARTERLY, symbols: ["AAPL", "NONE"] },
      "SYMBOL_UNKNOWN",
      "spec.symbols[1]",
    ],
    [
      "an unknown benchmark",
      { ...QUARTERLY, benchmark: [{ symbol: "KO" }, { symbol: "NONE", weight: 1 }] },
      "SYMBOL_UNKNOWN",
      "spec.benchmark[1].symbol",
    ],
    [
      "a day that is none",
      { ...QUARTERLY, startDate: "2015-02-30" },
      "DATE_INVALID",
      "spec.start_date",
    ],
    [
      "too short a history",
      walking({ trainDays: 2000 }),
      "HISTORY_TOO_SHORT",
      "spec.walk_forward.train_days",
    ],
    [
      "a negative cost",
      walking({ costs: { halfSpread: -1 } }),
      "REQUEST_INVALID",
      "spec.walk_forward.costs.half_spread",
    ],
    [
      "too many folds at a time",
      {
        ...PURGED,
        validation: { case: "combinatorialPurged", value: { foldCount: 3, testFoldCount: 3 } },
      },
      "REQUEST_INVALID",
      "spec.combinatorial_purged.test_fold_count",
    ],
    [
      "too long a purge",
      {
        ...PURGED,
        validation: {
          case: "combinatorialPurged",
          value: { foldCount: 6, testFoldCount: 2, purgeDays: 300 },
        },
      },
      "REQUEST_INVALID",
      "spec.combinatorial_purged",
    ],
  ])("refuses %s", async (_, spec, reason, field) => {
    const failure = await failureOf(start(spec));

    expect(failure).toMatchObject({ reason, fields: [field] });
  });
});
