import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { BacktestSpecSchema } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import { GrpcPriceHistory } from "@portfolio/platform/prices/grpc-price-history";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import {
  dataRegistrations,
  readSampleCloses,
} from "@portfolio/platform/testing/sample-data-service";
import { beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/adapters/backtest-process.ts";
import { openForecasts } from "../src/adapters/grpc-forecasts.ts";
import { prepareBacktest } from "../src/app/prepare-backtest.ts";
import { dateOf } from "../src/domain/backtest-days.ts";
import type { PortfolioOutcome } from "../src/domain/backtest-task.ts";
import { readBacktest } from "../src/rpc/convert/read-backtest.ts";
import { EQUAL, MINIMUM_VARIANCE } from "./backtest-specs.ts";

interface Walk {
  readonly weights: readonly (readonly number[])[];
  readonly returns: readonly number[];
  readonly dates: readonly string[];
  readonly sharpe_ratio: number;
  readonly max_drawdown: number;
}

// Made by skfolio's WalkForward: see reference/make-walk-forward.py.
const reference: {
  readonly symbols: string[];
  readonly start_date: string;
  readonly end_date: string;
  readonly train_days: number;
  readonly strategies: Readonly<Record<string, Walk>>;
} = JSON.parse(readFileSync(join(import.meta.dirname, "reference/walk-forward.json"), "utf8"));

describe.each(Object.entries(reference.strategies))(
  "%s, day by day as in skfolio",
  (name, walk) => {
    let own: PortfolioOutcome | undefined;

    beforeAll(async () => {
      const transport = createLocalTransport(dataRegistrations(readSampleCloses()), []);
      const prices = new GrpcPriceHistory(transport, { cacheBytesMax: 1 << 24 });
      const spec = create(BacktestSpecSchema, {
        symbols: reference.symbols,
        startDate: reference.start_date,
        endDate: reference.end_date,
        strategies: [MINIMUM_VARIANCE, EQUAL],
        validation: {
          case: "walkForward",
          value: {
            trainDays: reference.train_days,
            rebalance: { case: "everyDays", value: 1 },
            executionLagDays: 0,
          },
        },
      });
      const task = await prepareBacktest(
        { prices, forecasts: openForecasts(undefined) },
        readBacktest(spec),
        AbortSignal.timeout(5000),
      );
      const { strategies } = await run(task, {
        jobId: "",
        attempt: 1,
        checkpoint: undefined,
        signal: AbortSignal.timeout(10_000),
        reportProgress: () => undefined,
        saveCheckpoint: async () => undefined,
      });
      own = strategies.find((strategy) => strategy.name === name);
    });

    it("decides the same weights", () => {
      for (const [k, { weightsAfter }] of (own?.simulation?.rebalances ?? []).entries()) {
        for (const [j, weight] of weightsAfter.entries()) {
          expect(Math.abs(weight - (walk.weights[k]?.[j] ?? Number.NaN))).toBeLessThan(1e-6);
        }
      }
      expect(own?.simulation?.rebalances).toHaveLength(walk.weights.length);
    });

    it("has the same returns and figures", () => {
      const { days = [], returns = [] } = own?.simulation ?? {};

      expect(Array.from(days, dateOf).slice(1)).toEqual(walk.dates);
      for (let t = 0; t < returns.length; t++) {
        expect(Math.abs((returns[t] ?? 0) - (walk.returns[t] ?? Number.NaN))).toBeLessThan(1e-8);
      }
      expect(own?.tearSheet?.drawdowns[0]?.depth).toBeCloseTo(walk.max_drawdown, 7);
      expect(own?.tearSheet?.sharpe?.ratioPerYear).toBeCloseTo(walk.sharpe_ratio, 5);
    });
  },
);
