import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { PublishOutcome } from "../amqp/amqp-publisher.ts";
import { type FigureGauge, showFigures } from "../figure-gauges.ts";
import type { QueueFigures } from "./job-figures.ts";
import type { AttemptEnd } from "./job-run.ts";

const RUN_BUCKETS_SECONDS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000];

const FIGURE_GAUGES: readonly FigureGauge<QueueFigures>[] = [
  {
    name: "portfolio_jobs",
    help: "Jobs by state, without the archive.",
    labelNames: ["kind", "state"],
    values: ({ jobs }) =>
      jobs.map(({ kind, state, count }) => ({ labels: { kind, state }, value: count })),
  },
  {
    name: "portfolio_jobs_queue_age_seconds",
    help: "Time since the first of the queued jobs could have started.",
    labelNames: ["kind"],
    values: ({ jobs }) => {
      const queued = jobs.filter(({ state }) => state === "queued");
      return [
        ...jobs.map(({ kind }) => ({ labels: { kind }, value: 0 })),
        ...queued.map(({ kind, ageSeconds }) => ({ labels: { kind }, value: ageSeconds })),
      ];
    },
  },
  {
    name: "portfolio_job_workers",
    help: "Workers that are connected.",
    labelNames: [],
    values: ({ workerCount }) => [{ labels: {}, value: workerCount }],
  },
  {
    name: "portfolio_outbox_events",
    help: "Events that wait for the relay.",
    labelNames: [],
    values: ({ outboxCount }) => [{ labels: {}, value: outboxCount }],
  },
  {
    name: "portfolio_outbox_lag_seconds",
    help: "Time that the first of the waiting events has waited.",
    labelNames: [],
    values: ({ outboxAgeSeconds }) => [{ labels: {}, value: outboxAgeSeconds }],
  },
];

/**
 * Shows what waits, runs and has ended, read when somebody asks. While it cannot be read, the
 * figures are missing.
 *
 * @param isBrokerConnected - Nothing where there is no broker.
 */
export function queueMetrics(
  registry: Registry,
  read: () => Promise<QueueFigures>,
  isBrokerConnected: (() => boolean) | undefined,
): void {
  showFigures(registry, FIGURE_GAUGES, read);
  if (isBrokerConnected === undefined) return;
  new Gauge({
    name: "portfolio_broker_connected",
    help: "1 while messages can be published, else 0.",
    registers: [registry],
    collect() {
      this.set(Number(isBrokerConnected()));
    },
  });
}

/** Counts and times attempts at jobs. Several workers may share a registry. */
export function attemptMetrics(registry: Registry): (end: AttemptEnd) => void {
  const name = "portfolio_job_attempt_duration_seconds";
  const duration =
    (registry.getSingleMetric(name) as Histogram | undefined) ??
    new Histogram({
      name,
      help: "Time from the claim of a job to the end of the attempt.",
      labelNames: ["kind", "outcome"],
      buckets: RUN_BUCKETS_SECONDS,
      registers: [registry],
    });
  return ({ kind, outcome, isSettled, durationMs }) => {
    duration.observe({ kind, outcome: isSettled ? outcome : "lost" }, durationMs / 1000);
  };
}

/** Counts what becomes of messages that are published. */
export function publishMetrics(registry: Registry): (outcome: PublishOutcome | "failed") => void {
  const counter = new Counter({
    name: "portfolio_broker_publishes_total",
    help: "Messages to the broker, by what became of them.",
    labelNames: ["outcome"],
    registers: [registry],
  });
  return (outcome) => counter.inc({ outcome });
}
