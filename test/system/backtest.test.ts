// A backtest through the gateway, as a script would do it: started, followed as a job, and read.
import { createClients } from "@portfolio/gen";
import { JobState } from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";
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

  const { job: jobs, backtest: client } = createClients(system.url);
  const states: JobState[] = [];
  for await (const message of jobs.watchJobs({ ids: [backtest.job.id] })) {
    states.push(...message.jobs.map(({ state }) => state));
    if ((states.at(-1) ?? 0) >= JobState.SUCCEEDED) break;
  }
  const { result } = await client.getBacktest({ id: backtest.id });

  expect(states.at(-1)).toBe(JobState.SUCCEEDED);
  expect(result?.strategies[0]?.rebalances.length).toBeGreaterThan(40);
  expect(result?.strategies[0]?.tearSheet?.volatilityPerYear).toBeGreaterThan(0.05);
}, 60_000);
