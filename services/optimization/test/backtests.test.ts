import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Client, Code, createClient } from "@connectrpc/connect";
import { JobState } from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";
import {
  type BacktestResult,
  type BacktestSpecSchema,
  CalendarPeriod,
  type StrategySchema,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import {
  createTestDatabase,
  type TestDatabase,
} from "@portfolio/platform/testing/postgres-database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOptimizationService, type OptimizationService as Service } from "../src/index.ts";
import { dataRegistrations, readSampleCloses } from "./sample-data-service.ts";
import { failureOf, TEST_INTERCEPTORS, TEST_LOG } from "./test-service.ts";

type Spec = MessageInitShape<typeof BacktestSpecSchema>;
type Template = MessageInitShape<typeof StrategySchema>;

const SYMBOLS = ["AAPL", "JPM", "KO", "PG", "XOM"];
const MINIMUM_RISK = {
  name: "Minimum variance",
  optimization: {
    covariance: { method: { case: "sample", value: {} } },
    objective: { goal: { case: "minimumVariance", value: {} } },
  },
} satisfies Template;
const EQUAL = {
  name: "Equal",
  optimization: { objective: { goal: { case: "equalWeight", value: {} } } },
} satisfies Template;
const QUARTERLY = {
  symbols: SYMBOLS,
  startDate: "2015-01-01",
  endDate: "2019-12-31",
  strategies: [MINIMUM_RISK, EQUAL],
  validation: {
    case: "walkForward",
    value: {
      trainDays: 240,
      rebalance: { case: "period", value: CalendarPeriod.QUARTER },
      executionLagDays: 0,
      costs: { linearRate: 0.001 },
    },
  },
} satisfies Spec;

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
      if (result !== undefined) {
        expect(state).toBe(JobState.SUCCEEDED);
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
        ...MINIMUM_RISK.optimization,
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

  it("refuses what it cannot test", async () => {
    const failure = await failureOf(
      start({ ...QUARTERLY, strategies: [{ ...EQUAL, optimization: { symbols: ["KO"] } }] }),
    );

    expect(failure).toMatchObject({
      code: Code.InvalidArgument,
      fields: ["spec.strategies[0].optimization.symbols"],
    });
  });
});
