import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { BacktestSpecSchema } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import { JobWorker } from "@portfolio/platform/jobs/job-worker";
import { type OpenJobs, openJobs } from "@portfolio/platform/jobs/open-jobs";
import { migrate } from "@portfolio/platform/postgres/migrate";
import { createPool } from "@portfolio/platform/postgres/pool";
import { GrpcPriceHistory } from "@portfolio/platform/prices/grpc-price-history";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { newRequestId } from "@portfolio/platform/rpc/request-id";
import {
  createTestDatabase,
  type TestDatabase,
} from "@portfolio/platform/testing/postgres-database";
import {
  dataRegistrations,
  readSampleCloses,
} from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backtestKind } from "../src/adapters/backtest-kind.ts";
import { openForecasts } from "../src/adapters/grpc-forecasts.ts";
import { PostgresBacktestStore } from "../src/adapters/postgres-backtest-store.ts";
import { startBacktest } from "../src/app/start-backtest.ts";
import { backtestWork } from "../src/backtest-work.ts";
import { readBacktest } from "../src/rpc/convert/read-backtest.ts";
import { MINIMUM_VARIANCE, QUARTERLY, type Spec } from "./backtest-specs.ts";
import { TEST_LOG } from "./test-service.ts";

/** Decides every day: long enough to be killed on the way. */
const DAILY: Spec = {
  ...QUARTERLY,
  startDate: "2013-01-01",
  strategies: [MINIMUM_VARIANCE],
  validation: {
    case: "walkForward",
    value: { trainDays: 240, rebalance: { case: "everyDays", value: 1 } },
  },
};

/** Takes many times as long as it takes to cancel it. */
const LONG: Spec = { ...DAILY, startDate: "1990-01-01", endDate: "2022-12-28" };

describe("a backtest whose process is killed", () => {
  const closes = readSampleCloses();
  let database: TestDatabase;
  let jobs: OpenJobs;
  let pool: ReturnType<typeof createPool>;
  let worker: JobWorker;
  const pids: number[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    const { url } = database;
    const directory = join(import.meta.dirname, "../migrations");
    await migrate({ url, schema: "optimization", directory, log: TEST_LOG });
    jobs = await openJobs({ databaseUrl: url, applicationName: "test", log: TEST_LOG });
    pool = createPool({ url, applicationName: "test", statementTimeoutMs: 5000, log: TEST_LOG });
    const work = backtestWork({
      prices: prices(),
      forecasts: openForecasts(undefined),
      backtests: new PostgresBacktestStore(pool),
    });
    worker = new JobWorker({
      jobs,
      kinds: [backtestKind(work)],
      jobsMax: 1,
      name: "tester",
      log: TEST_LOG,
      random: () => 0,
      onProcess: (pid) => pids.push(pid),
    });
  });
  afterAll(async () => {
    await worker.close();
    await Promise.all([jobs.close(), pool.end()]);
    await database.drop();
  });

  const prices = () =>
    new GrpcPriceHistory(createLocalTransport(dataRegistrations(closes), []), {
      cacheBytesMax: 1 << 24,
    });

  const start = async (wanted = DAILY) => {
    const spec = create(BacktestSpecSchema, wanted);
    const backtests = new PostgresBacktestStore(pool);
    const { backtest, job } = await startBacktest(
      {
        prices: prices(),
        forecasts: openForecasts(undefined),
        backtests,
        jobs: jobs.jobs,
        clock: { now: () => new Date() },
        newId: newRequestId,
      },
      {
        name: "",
        problem: readBacktest(spec),
        writeSpec: () => toBinary(BacktestSpecSchema, spec),
        requestId: "",
        content: {},
      },
      AbortSignal.timeout(5000),
    );
    return { id: backtest.id, jobId: job?.id ?? "" };
  };
  const until = async (fits: () => Promise<boolean>) => {
    const endMs = performance.now() + 30_000;
    while (!(await fits())) {
      if (performance.now() > endMs) throw new Error("in vain");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const stateOf = async (jobId: string) => (await jobs.jobs.find(jobId))?.state;

  it("goes on from its checkpoint and comes to the same result", async () => {
    const whole = await start();
    await until(async () => (await stateOf(whole.jobId)) === "succeeded");
    const killed = await start();
    await until(async () => {
      const { rows } = await pool.query("select 1 from jobs.job_checkpoint where job_id = $1", [
        killed.jobId,
      ]);
      return rows.length > 0;
    });
    process.kill(pids.at(-1) ?? 0, "SIGKILL");
    await until(async () => (await stateOf(killed.jobId)) === "succeeded");

    const backtests = new PostgresBacktestStore(pool);
    const expected = await backtests.findResult(whole.id);
    expect((await jobs.jobs.find(killed.jobId))?.attempt).toBe(2);
    expect(expected?.length).toBeGreaterThan(10_000);
    expect(await backtests.findResult(killed.id)).toEqual(expected);
  }, 60_000);

  it("ends when it is cancelled", async () => {
    const { jobId } = await start(LONG);
    await until(async () => ((await jobs.jobs.find(jobId))?.progress?.step ?? 0) > 0);

    await jobs.jobs.cancel(jobId);
    await until(async () => (await stateOf(jobId)) === "cancelled");

    expect(() => process.kill(pids.at(-1) ?? 0, 0)).toThrow();
  }, 30_000);
});
