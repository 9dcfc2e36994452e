import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { PublishOutcome } from "../amqp/amqp-publisher.ts";
import type { QueueFigures } from "./job-figures.ts";
import type { AttemptEnd } from "./job-run.ts";

/** Age up to which figures are shown again rather than read anew, in ms. */
const FIGURES_AGE_MS = 1000;
const RUN_BUCKETS_SECONDS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000];

/** One figure of the queue. */
interface FigureGauge {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly show: (gauge: Gauge, figures: QueueFigures) => void;
}

const FIGURE_GAUGES: readonly FigureGauge[] = [
  {
    name: "portfolio_jobs",
    help: "Jobs by state, without the archive.",
    labelNames: ["kind", "state"],
    show: (gauge, { jobs }) => {
      for (const { kind, state, count } of jobs) gauge.set({ kind, state }, count);
    },
  },
  {
    name: "portfolio_jobs_queue_age_seconds",
    help: "Time since the first of the queued jobs could have started.",
    labelNames: ["kind"],
    show: (gauge, { jobs }) => {
      for (const { kind } of jobs) gauge.set({ kind }, 0);
      const queued = jobs.filter(({ state }) => state === "queued");
      for (const { kind, ageSeconds } of queued) gauge.set({ kind }, ageSeconds);
    },
  },
  {
    name: "portfolio_job_workers",
    help: "Workers that are connected.",
    labelNames: [],
    show: (gauge, { workerCount }) => gauge.set(workerCount),
  },
  {
    name: "portfolio_outbox_events",
    help: "Events that wait for the relay.",
    labelNames: [],
    show: (gauge, { outboxCount }) => gauge.set(outboxCount),
  },
  {
    name: "portfolio_outbox_lag_seconds",
    help: "Time that the first of the waiting events has waited.",
    labelNames: [],
    show: (gauge, { outboxAgeSeconds }) => gauge.set(outboxAgeSeconds),
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
  const figures = shared(read);
  for (const { show, ...options } of FIGURE_GAUGES) {
    new Gauge({
      ...options,
      registers: [registry],
      async collect() {
        this.reset();
        const latest = await figures().catch(() => undefined);
        if (latest) show(this, latest);
        // Without labels, the gauge is 0 after a reset.
        else if (options.labelNames.length === 0) this.remove();
      },
    });
  }
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

/** Has callers at about the same time share one answer. */
function shared<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let latest: Promise<Value> | undefined;
  let readMs = 0;
  return () => {
    const nowMs = performance.now();
    if (latest === undefined || nowMs - readMs > FIGURES_AGE_MS) {
      latest = read();
      readMs = nowMs;
    }
    return latest;
  };
}
