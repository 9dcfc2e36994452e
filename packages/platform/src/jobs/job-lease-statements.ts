import { CHANGED, NOTIFY } from "./job-table.ts";

// Every statement but the last takes tenant, job and fence as $1, $2 and $3, and
// touches nothing when another claim has taken the job over.
const HELD = "tenant_id = $1 and id = $2 and fence = $3 and state = 'running'";
const NO_LEASE = "lease_owner = '', lease_until = null, lease_worker = null";
const INTERVAL_MS = "interval '1 millisecond'";

/** Holds the job for $4 milliseconds from now. */
export const EXTEND = `
  update jobs.job set lease_until = clock_timestamp() + $4 * ${INTERVAL_MS}
  where ${HELD}
  returning cancel_requested`;

export const CHECK = `select cancel_requested from jobs.job where ${HELD}`;

export const SAVE_PROGRESS = `
  update jobs.job set
    progress_step = $4, progress_step_count = $5, progress_message = $6,
    progress_time = clock_timestamp(),
    progress_first_step = case when progress_first_time is null then $4 else progress_first_step end,
    progress_first_time = coalesce(progress_first_time, clock_timestamp()),
    ${CHANGED}
  where ${HELD}`;

export const SAVE_CHECKPOINT = `
  with held as (
    update jobs.job set crash_count = 0 where ${HELD} returning tenant_id, id
  )
  insert into jobs.job_checkpoint (tenant_id, job_id, data) select tenant_id, id, $4 from held
  on conflict (tenant_id, job_id) do update set data = excluded.data, save_time = clock_timestamp()`;

/** Locks the job against another claim until the transaction ends. */
export const LOCK_HELD =
  "select state from jobs.job where tenant_id = $1 and id = $2 and fence = $3 for update";

export const COMPLETE = `
  update jobs.job set
    state = 'succeeded', end_time = clock_timestamp(), result_reference = $4,
    error_reason = '', error_description = '', ${NO_LEASE}, ${CHANGED}
  where ${HELD}
  returning ${NOTIFY}`;

export const DELETE_CHECKPOINT =
  "delete from jobs.job_checkpoint where tenant_id = $1 and job_id = $2";

export const FAIL = `
  update jobs.job set
    state = 'failed', end_time = clock_timestamp(), error_reason = $4, error_description = $5,
    ${NO_LEASE}, ${CHANGED}
  where ${HELD}
  returning ${NOTIFY}`;

export const CANCEL = `
  update jobs.job set state = 'cancelled', end_time = clock_timestamp(), ${NO_LEASE}, ${CHANGED}
  where ${HELD}
  returning ${NOTIFY}`;

/** What becomes of a job that is to be queued again: it ends if somebody cancelled it meanwhile. */
const QUEUED_OR_CANCELLED = `
    state = case when cancel_requested then 'cancelled' else 'queued' end,
    end_time = case when cancel_requested then clock_timestamp() end`;

export const RETRY_LATER = `
  update jobs.job set ${QUEUED_OR_CANCELLED},
    failure_count = failure_count + 1, error_reason = $4, error_description = $5,
    run_time = clock_timestamp() + $6 * ${INTERVAL_MS}, ${NO_LEASE}, ${CHANGED}
  where ${HELD}
  returning ${NOTIFY}`;

export const RELEASE = `
  update jobs.job set ${QUEUED_OR_CANCELLED},
    run_time = clock_timestamp(), ${NO_LEASE}, ${CHANGED}
  where ${HELD}
  returning ${NOTIFY}`;

const AFTER_CRASH = `
    state = case
      when cancel_requested then 'cancelled'
      when crash_count >= 1 then 'quarantined'
      else 'queued' end,
    end_time = case when cancel_requested or crash_count >= 1 then clock_timestamp() end,
    crash_count = crash_count + 1`;

export const CRASH = `
  update jobs.job set ${AFTER_CRASH},
    error_reason = $4, error_description = $5,
    run_time = clock_timestamp() + $6 * ${INTERVAL_MS}, ${NO_LEASE}, ${CHANGED}
  where ${HELD}
  returning ${NOTIFY}`;

/** Takes jobs away from workers that are silent, or gone for $3 milliseconds, with the error $1, $2. */
export const RECLAIM_EXPIRED = `
  with lost as (
    select tenant_id, id from jobs.job
    where state = 'running' and (
      lease_until < clock_timestamp()
      or lease_worker is not null and not exists (
        select from jobs.worker
        where worker.id = lease_worker and (
          missing_since is null or missing_since > clock_timestamp() - $3 * ${INTERVAL_MS})))
    order by lease_until
    limit 100
    for update skip locked
  )
  update jobs.job set ${AFTER_CRASH},
    error_reason = $1, error_description = $2, run_time = clock_timestamp(), ${NO_LEASE}, ${CHANGED}
  from lost
  where job.tenant_id = lost.tenant_id and job.id = lost.id
  returning ${NOTIFY}`;
