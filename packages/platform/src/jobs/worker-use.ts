import type { Queryable } from "../postgres/pool.ts";

/** How busy jobs of a kind kept workers. */
export interface WorkerUse {
  readonly kind: string;
  /** Mean number of jobs that ran at a time, by hour, the oldest hour first. */
  readonly busyByHour: Float64Array;
}

/** Hour k is the one that ended k − 1 hours ago. Of a job that was tried again, its last attempt counts. */
const BUSY = `
  with clock as (select clock_timestamp() as now)
  select kind, hour, (sum(extract(epoch from
      least(coalesce(end_time, now), now - (hour - 1) * interval '1 hour')
        - greatest(start_time, now - hour * interval '1 hour'))) / 3600)::float8 as busy
  from jobs.job, clock, generate_series(1, $1) hour
  where tenant_id = $2 and start_time is not null and (state = 'running' or end_time is not null)
    and start_time < now - (hour - 1) * interval '1 hour'
    and coalesce(end_time, now) > now - hour * interval '1 hour'
  group by kind, hour
  order by kind`;

/** Reads how busy workers were in the last hours, by kind of job; kinds of which none ran are left out. */
export async function readWorkerUse(
  pool: Queryable,
  tenantId: string,
  hourCount: number,
): Promise<WorkerUse[]> {
  const { rows } = await pool.query<{
    readonly kind: string;
    readonly hour: number;
    readonly busy: number;
  }>(BUSY, [hourCount, tenantId]);
  const found = new Map<string, Float64Array>();
  for (const { kind, hour, busy } of rows) {
    const busyByHour = found.get(kind) ?? new Float64Array(hourCount);
    busyByHour[hourCount - hour] = busy;
    found.set(kind, busyByHour);
  }
  return [...found].map(([kind, busyByHour]) => ({ kind, busyByHour }));
}
