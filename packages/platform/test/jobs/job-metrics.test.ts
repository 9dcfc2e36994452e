import { describe, expect, it } from "vitest";
import type { QueueFigures } from "../../src/jobs/job-figures.ts";
import { attemptMetrics, publishMetrics, queueMetrics } from "../../src/jobs/job-metrics.ts";
import { createMetricsRegistry } from "../../src/metrics.ts";

const FIGURES: QueueFigures = {
  jobs: [
    { kind: "backtest", state: "queued", count: 3, ageSeconds: 42 },
    { kind: "training", state: "running", count: 1, ageSeconds: 0 },
  ],
  workerCount: 2,
  outboxCount: 5,
  outboxAgeSeconds: 1.5,
};

describe("metrics of jobs", () => {
  it("show the queue as it is when they are asked for, read once for all of them", async () => {
    const registry = createMetricsRegistry("jobs");
    let readCount = 0;
    const read = async () => {
      readCount++;
      return FIGURES;
    };
    queueMetrics(registry, read, () => false);

    const samples = await samplesOf(registry);

    expect(readCount).toBe(1);
    expect(samples).toMatchObject({
      "portfolio_jobs backtest queued": 3,
      "portfolio_jobs training running": 1,
      "portfolio_jobs_queue_age_seconds backtest": 42,
      "portfolio_jobs_queue_age_seconds training": 0,
      portfolio_job_workers: 2,
      portfolio_outbox_events: 5,
      portfolio_outbox_lag_seconds: 1.5,
      portfolio_broker_connected: 0,
    });
  });

  it("leave out what cannot be read, and show the rest", async () => {
    const registry = createMetricsRegistry("jobs");
    queueMetrics(registry, () => Promise.reject(new Error("the database is down")), undefined);

    const samples = await samplesOf(registry);

    const ours = Object.keys(samples).filter((name) => name.startsWith("portfolio_"));
    expect(ours).toEqual([]);
    expect(samples["process_cpu_seconds_total"]).toBeGreaterThan(0);
  });

  it("count attempts and messages by what became of them", async () => {
    const registry = createMetricsRegistry("jobs");
    const end = { kind: "backtest", outcome: "done", durationMs: 2000 } as const;
    attemptMetrics(registry)({ ...end, isSettled: true });
    attemptMetrics(registry)({ ...end, isSettled: false });
    publishMetrics(registry)("returned");

    expect(await samplesOf(registry)).toMatchObject({
      "portfolio_job_attempt_duration_seconds_sum backtest done": 2,
      "portfolio_job_attempt_duration_seconds_sum backtest lost": 2,
      "portfolio_broker_publishes_total returned": 1,
    });
  });
});

/** Every sample, by name and labels but that of the service. */
async function samplesOf(
  registry: ReturnType<typeof createMetricsRegistry>,
): Promise<Record<string, number>> {
  const lines = (await registry.metrics()).split("\n").filter((line) => /^[a-z]/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = "", labels = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)]
        .filter(([, label]) => label !== "service")
        .sort(([, a = ""], [, b = ""]) => a.localeCompare(b));
      return [[name, ...pairs.map(([, , text]) => text)].join(" "), Number(value)];
    }),
  );
}
