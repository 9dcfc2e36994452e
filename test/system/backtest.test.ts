// Backtests through the gateway, as a script would do them: started, followed as a job, and read.
import { createClients } from "@portfolio/gen";
import { JobState } from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";
import { CalendarPeriod } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import { TargetKind } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningSystem, removeHome, startSystem } from "./start-system.ts";

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  await system.stop();
  await removeHome(system.homeDirectory);
});

it("is started by JSON, watched as a job, and read by the SDK", async () => {
  const answer = await fetch(
    `${system.url}/portfolio.optimization.v1.BacktestService/StartBacktest`,
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        spec: {
          symbols: ["AAPL", "JPM", "KO"],
          startDate: "2018-01-01",
          strategies: [{ name: "Minimum", optimization: { objective: { minimumVariance: {} } } }],
          walkForward: { trainDays: 252, period: "CALENDAR_PERIOD_MONTH" },
        },
      }),
    },
  );
  expect(answer.status).toBe(200);
  const { backtest } = (await answer.json()) as { backtest: { id: string; job: { id: string } } };

  const state = await endOf(backtest.job.id);
  const { result } = await createClients(system.url).backtest.getBacktest({ id: backtest.id });

  expect(state).toBe(JobState.SUCCEEDED);
  expect(result?.strategies[0]?.rebalances.length).toBeGreaterThan(40);
  expect(result?.strategies[0]?.tearSheet?.volatilityPerYear).toBeGreaterThan(0.05);
}, 60_000);

it("goes by what a model, trained here, forecast at the time", async () => {
  const { training, backtest: backtests } = createClients(system.url);
  const symbols = ["AAPL", "BAC", "CVX", "JNJ", "KO", "MSFT"];
  const trained = await training.startTraining({
    spec: {
      modelId: "rank-10d",
      target: { kind: TargetKind.RANK, horizonDays: 10 },
      symbols,
      startDate: "2018-01-01",
      endDate: "2020-12-31",
      validation: { scheme: { case: "walkForward", value: { foldCount: 2 } } },
      learner: { method: { case: "ridge", value: {} } },
    },
  });
  expect(await endOf(trained.job?.id ?? "")).toBe(JobState.SUCCEEDED);

  const version = { modelId: "rank-10d", version: { case: "number", value: 1 } } as const;
  const { backtest } = await backtests.startBacktest({
    spec: {
      symbols,
      startDate: "2018-01-01",
      endDate: "2020-12-31",
      strategies: [
        {
          name: "Forecasts",
          optimization: {
            expectedReturns: { method: { case: "forecast", value: { version } } },
            objective: { goal: { case: "maximumSharpe", value: {} } },
          },
        },
      ],
      validation: {
        case: "walkForward",
        value: { trainDays: 252, rebalance: { case: "period", value: CalendarPeriod.MONTH } },
      },
      pastForecasts: { fitPeriod: true },
    },
  });
  const state = await endOf(backtest?.job?.id ?? "");
  const { result } = await backtests.getBacktest({ id: backtest?.id ?? "" });

  expect(state).toBe(JobState.SUCCEEDED);
  expect(result?.strategies[0]?.rebalances.length).toBeGreaterThan(3);
}, 120_000);

/** Follows a job to its end. */
async function endOf(id: string): Promise<JobState | undefined> {
  for await (const { jobs } of createClients(system.url).job.watchJobs({ ids: [id] })) {
    const state = jobs.at(-1)?.state ?? JobState.UNSPECIFIED;
    if (state >= JobState.SUCCEEDED) return state;
  }
  return undefined;
}
