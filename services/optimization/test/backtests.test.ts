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
import {
  dataRegistrations,
  readSampleCloses,
} from "@portfolio/platform/testing/sample-data-service";
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
import { failureOf, TEST_INTERCEPTORS, TEST_LOG } from "./test-service.ts";

/** Equal weights without assets that expire. */
function expiring(spec: Spec, expirationDates: Record<string, string>): Spec {
  const rule = { case: "nonExpiring" as const, value: { expirationDates } };
  return { ...spec, strategies: [{ ...EQUAL, preSelections: [{ rule }] }] } as Spec;
}

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
    return resultOfId(id);
  };
  const resultOfId = async (id: string): Promise<BacktestResult> => {
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

  it("tells how far it is, in values that the result will have", async () => {
    const daily: Spec = {
      ...QUARTERLY,
      endDate: "2016-09-30",
      validation: {
        case: "walkForward",
        value: { trainDays: 240, rebalance: { case: "everyDays", value: 1 } },
      },
    };
    const { id } = await start(daily);

    const seen = await partialOf(id);
    const result = await resultOfId(id);

    const { values, name, decisionCount, decisionTotal } = seen;
    const whole = result.strategies.find((strategy) => strategy.name === name);
    const count = values?.values.length ?? 0;
    expect(count).toBeGreaterThan(0);
    expect(decisionCount).toBeGreaterThan(0);
    expect(decisionTotal).toBe(result.folds.length);
    // The last value lacks what is traded at the same close.
    expect(values?.dates).toEqual(whole?.values?.dates.slice(0, count));
    expect(values?.values.slice(0, -1)).toEqual(whole?.values?.values.slice(0, count - 1));
    expect((await client.getBacktest({ id })).partial).toBeUndefined();
  });

  const partialOf = async (id: string) => {
    for (;;) {
      const { partial, result } = await client.getBacktest({ id });
      const last = partial?.portfolios.at(-1);
      if (last !== undefined) return last;
      if (result !== undefined) throw new Error("it was done before it told how far it is");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

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

  const grid = (value: object): NonNullable<Spec["strategies"]>[number] => ({
    ...EQUAL,
    method: { case: "grid", value: { trainDays: 60, testDays: 20, ...value } },
  });

  it("refuses limits on single trades, which would not count from what is held", async () => {
    const trading = { notTraded: ["KO"], tradeMax: 0.1, tradeMaxBySymbol: { KO: 0.1 } };
    const { optimization } = MINIMUM_VARIANCE;
    const spec = testing({
      ...MINIMUM_VARIANCE,
      optimization: { ...optimization, constraints: { trading } },
    });

    const { reason, fields } = await failureOf(client.startBacktest({ spec }));

    expect(reason).toBe("REQUEST_INVALID");
    expect(fields).toEqual(
      ["not_traded", "trade_max", "trade_max_by_symbol"].map(
        (name) => `spec.strategies[0].optimization.constraints.trading.${name}`,
      ),
    );
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
    [
      "a grid without choices",
      testing({
        ...EQUAL,
        method: { case: "grid", value: { trainDays: 60, testDays: 20 } },
      }),
      "REQUEST_INVALID",
      "spec.strategies[0].grid",
    ],
    [
      "a grid of no number",
      testing(grid({ parameters: [{ field: "objective.kelly.nothing", values: [1, 2] }] })),
      "REQUEST_INVALID",
      "spec.strategies[0].grid.parameters",
    ],
    [
      "a grid of no path",
      testing(grid({ parameters: [{ field: "__proto__.x", values: [1, 2] }] })),
      "REQUEST_INVALID",
      "spec.strategies[0].grid.parameters[0].field",
    ],
    [
      "a grid of a value out of range",
      testing(grid({ parameters: [{ field: "risk_free_rate_per_year", values: [0, 2] }] })),
      "REQUEST_INVALID",
      "spec.strategies[0].optimization.risk_free_rate_per_year",
    ],
    [
      "a grid of a value against the contract",
      testing(
        grid({
          parameters: [{ field: "covariance.exponential.half_life_days", values: [60, -1] }],
        }),
      ),
      "REQUEST_INVALID",
      "spec.strategies[0].optimization.covariance.exponential.half_life_days",
    ],
    [
      "a grid whose training days hold no test",
      testing(grid({ alternatives: [MINIMUM_VARIANCE.optimization], trainDays: 240 })),
      "REQUEST_INVALID",
      "spec.strategies[0].grid",
    ],
    [
      "a plan with an objective",
      testing({
        ...EQUAL,
        method: { case: "multiPeriod", value: { periodCount: 2, riskAversion: 1 } },
      }),
      "REQUEST_INVALID",
      "spec.strategies[0].optimization.objective",
    ],
    [
      "a plan with limits that are not linear",
      testing({
        name: "Plan",
        optimization: { constraints: { leverage: { grossMax: 1.5 } } },
        method: { case: "multiPeriod", value: { periodCount: 2, riskAversion: 1 } },
      }),
      "REQUEST_INVALID",
      "spec.strategies[0].optimization.constraints",
    ],
    [
      "a plan that is not walked forward",
      {
        ...PURGED,
        strategies: [
          {
            name: "Plan",
            method: { case: "multiPeriod", value: { periodCount: 2, riskAversion: 1 } },
          },
        ],
      },
      "REQUEST_INVALID",
      "spec.strategies[0].multi_period",
    ],
    [
      "shares that do not sum to 1",
      testing({
        ...EQUAL,
        method: {
          case: "ensemble",
          value: { members: [MINIMUM_VARIANCE.optimization], shares: [0.5, 0.4] },
        },
      }),
      "REQUEST_INVALID",
      "spec.strategies[0].ensemble.shares",
    ],
    [
      "a fallback without an objective",
      testing({ ...EQUAL, fallbacks: [{ action: { case: "optimization", value: {} } }] }),
      "OBJECTIVE_MISSING",
      "spec.strategies[0].fallbacks[0].optimization.objective",
    ],
    [
      "a correlation that is none",
      testing({
        ...EQUAL,
        preSelections: [{ rule: { case: "correlation", value: { threshold: 2 } } }],
      }),
      "REQUEST_INVALID",
      "spec.strategies[0].pre_selections[0].correlation.threshold",
    ],
    [
      "a member that is no symbol",
      { ...QUARTERLY, universe: { memberships: [{ symbol: "MSFT" }] } },
      "CONSTRAINT_SYMBOL_UNKNOWN",
      "spec.universe.memberships[0].symbol",
    ],
    [
      "a membership that ends before it begins",
      {
        ...QUARTERLY,
        universe: {
          memberships: [{ symbol: "KO", fromDate: "2017-01-02", toDate: "2017-01-01" }],
        },
      },
      "DATES_REVERSED",
      "spec.universe.memberships[0].from_date",
    ],
    [
      "an asset that expires on no day",
      expiring(QUARTERLY, { KO: "2017-02-30" }),
      "DATE_INVALID",
      'spec.strategies[0].pre_selections[0].non_expiring.expiration_dates["KO"]',
    ],
    [
      "a stranger that expires",
      expiring(QUARTERLY, { MSFT: "2017-02-28" }),
      "CONSTRAINT_SYMBOL_UNKNOWN",
      'spec.strategies[0].pre_selections[0].non_expiring.expiration_dates["MSFT"]',
    ],
    [
      "assets that expire in purged folds",
      expiring(PURGED, { KO: "2017-02-28" }),
      "REQUEST_INVALID",
      "spec.strategies[0].pre_selections[0].non_expiring",
    ],
    ["a universe in purged folds", { ...PURGED, universe: {} }, "REQUEST_INVALID", "spec.universe"],
    [
      "an unknown symbol of a universe",
      { ...QUARTERLY, symbols: ["AAPL", "NONE"], universe: {} },
      "SYMBOL_UNKNOWN",
      "spec.symbols[1]",
    ],
    [
      "an unknown factor",
      { ...QUARTERLY, factorSymbols: ["MSFT", "NONE"] },
      "SYMBOL_UNKNOWN",
      "spec.factor_symbols[1]",
    ],
    [
      "a symbol in two groups",
      {
        ...QUARTERLY,
        attributionGroups: [
          { name: "A", symbols: ["KO"] },
          { name: "B", symbols: ["PG", "KO"] },
        ],
      },
      "SYMBOL_REPEATED",
      "spec.attribution_groups[1].symbols[1]",
    ],
    [
      "impact without an amount traded",
      walking({ costs: { impact: { coefficient: 1 } } }),
      "REQUEST_INVALID",
      "spec.walk_forward.costs.impact.default_traded_amount",
    ],
    [
      "walks of more symbols than there are",
      {
        ...QUARTERLY,
        validation: {
          case: "randomized",
          value: {
            sampleCount: 2,
            symbolsPerSample: 9,
            daysPerSample: 200,
            trainDays: 100,
            testDays: 50,
          },
        },
      },
      "REQUEST_INVALID",
      "spec.randomized.symbols_per_sample",
    ],
    [
      "walks that hold no test",
      {
        ...QUARTERLY,
        validation: {
          case: "randomized",
          value: {
            sampleCount: 2,
            symbolsPerSample: 2,
            daysPerSample: 100,
            trainDays: 100,
            testDays: 50,
          },
        },
      },
      "REQUEST_INVALID",
      "spec.randomized",
    ],
  ])("refuses %s", async (_, spec, reason, field) => {
    const failure = await failureOf(start(spec));

    expect(failure).toMatchObject({ reason, fields: [field] });
  });
});
