import { CHANGED, NOTIFY } from "./job-table.ts";

/**
 * Jobs of each tenant that are looked at: so many claims may be under way at a time before one of
 * them finds nothing although something waits.
 */
const NEAREST = 64;
/** Wait after which a job counts as more urgent by 1, so that nothing waits for ever. */
const AGING_SECONDS = 300;
const PRIORITY_MAX = 9;

const IS_DUE = `
  tenant_id = share.tenant_id and state = 'queued' and kind = any($1::text[])
  and run_time <= statement_timestamp()`;

const URGENCY = `
  least(${PRIORITY_MAX}, priority
    + floor(extract(epoch from statement_timestamp() - run_time) / ${AGING_SECONDS}))`;

/**
 * Takes a job of the kinds $1 for the worker that $2 names, for $3 milliseconds. $4 is the number
 * of the worker, or null.
 *
 * First the urgent. Among them that of the tenant which has the fewest jobs running, then of the
 * one that was served least recently: a tenant with many jobs waits for itself, not others for it.
 */
export const CLAIM = `
  with recursive waiting (tenant_id) as (
    (select tenant_id from jobs.job where state = 'queued' order by tenant_id limit 1)
    union all
    select (
      select job.tenant_id from jobs.job
      where state = 'queued' and job.tenant_id > waiting.tenant_id
      order by job.tenant_id limit 1)
    from waiting where waiting.tenant_id is not null
  ),
  share as (
    select tenant_id,
      (select count(*) from jobs.job
        where job.tenant_id = waiting.tenant_id and state = 'running' and kind = any($1::text[])
      ) as running_count,
      (select max(start_time) from jobs.job
        where job.tenant_id = waiting.tenant_id) as served_time
    from waiting where tenant_id is not null
  ),
  near as (
    select share.*, nearest.id from share cross join lateral (
      (select id from jobs.job where ${IS_DUE} order by priority desc, run_time, id limit ${NEAREST})
      union
      (select id from jobs.job where ${IS_DUE} order by run_time, id limit ${NEAREST})
    ) as nearest
  ),
  chosen as (
    select job.tenant_id, job.id
    from near join jobs.job on job.tenant_id = near.tenant_id and job.id = near.id
    where job.state = 'queued'
    order by ${URGENCY} desc, near.running_count, near.served_time nulls first,
      run_time, job.id
    limit 1
    for update of job skip locked
  )
  update jobs.job set
    state = 'running', attempt = attempt + 1, fence = nextval('jobs.job_fence'),
    lease_owner = $2, lease_until = clock_timestamp() + $3 * interval '1 millisecond',
    lease_worker = $4, start_time = clock_timestamp(), progress_first_time = null,
    ${CHANGED}
  from chosen
  where job.tenant_id = chosen.tenant_id and job.id = chosen.id
  returning job.tenant_id, job.id, job.fence, job.kind, job.payload, job.attempt,
    job.failure_count,
    (select data from jobs.job_checkpoint
      where tenant_id = job.tenant_id and job_id = job.id) as checkpoint,
    ${NOTIFY}`;
