import type { Pool } from "../postgres/pool.ts";
import type { JobState } from "./job.ts";

/** How many jobs of a kind are in a state, and how long the first of them has been ready. */
export interface JobFigure {
  readonly kind: string;
  readonly state: JobState;
  readonly count: number;
  /** Of queued jobs, since the earliest time that one could have started. 0 for other states. */
  readonly ageSeconds: number;
}

export interface QueueFigures {
  readonly jobs: readonly JobFigure[];
  readonly workerCount: number;
  /** Events that wait for the relay, and since when the first does. */
  readonly outboxCount: number;
  readonly outboxAgeSeconds: number;
}

const JOBS = `
  select kind, state, count(*) as count,
    case when state = 'queued' then
      greatest(0, extract(epoch from clock_timestamp() - min(run_time)))::float8 else 0 end
      as age_seconds
  from jobs.job
  group by kind, state`;

const REST = `
  select (select count(*) from jobs.worker where missing_since is null) as worker_count,
    count(*) as outbox_count,
    coalesce(extract(epoch from clock_timestamp() - min(create_time)), 0)::float8
      as outbox_age_seconds
  from jobs.outbox`;

interface JobFigureRow {
  readonly kind: string;
  readonly state: JobState;
  readonly count: number;
  readonly age_seconds: number;
}

interface RestRow {
  readonly worker_count: number;
  readonly outbox_count: number;
  readonly outbox_age_seconds: number;
}

/** Counts what waits, runs and has ended, without the archive. */
export async function readQueueFigures(pool: Pool): Promise<QueueFigures> {
  const [jobs, rest] = await Promise.all([
    pool.query<JobFigureRow>(JOBS),
    pool.query<RestRow>(REST),
  ]);
  const row = rest.rows[0];
  return {
    jobs: jobs.rows.map(({ age_seconds, ...figure }) => ({ ...figure, ageSeconds: age_seconds })),
    workerCount: row?.worker_count ?? 0,
    outboxCount: row?.outbox_count ?? 0,
    outboxAgeSeconds: row?.outbox_age_seconds ?? 0,
  };
}
