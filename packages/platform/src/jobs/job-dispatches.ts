import type { Pool } from "../postgres/pool.ts";

/** Says to a broker that some job waits. The table has all else. */
export interface JobPointer {
  readonly tenantId: string;
  readonly jobId: string;
  readonly kind: string;
}

/** First wait, in seconds, after which a job that nobody took is told of again. It doubles each time. */
const REPEAT_SECONDS = 30;
const REPEAT_DOUBLINGS_MAX = 7;

const TAKE_DUE = `
  with due as (
    select tenant_id, id from jobs.job
    where state = 'queued' and run_time <= clock_timestamp() and (
      dispatch_time is null or dispatch_time < run_time
      or dispatch_time < clock_timestamp() - ${REPEAT_SECONDS} * interval '1 second'
        * 2 ^ least(dispatch_count - 1, ${REPEAT_DOUBLINGS_MAX}))
    order by priority desc, run_time, id
    limit $1
    for update skip locked
  )
  update jobs.job set
    dispatch_time = clock_timestamp(),
    dispatch_count = case when dispatch_time >= run_time then dispatch_count + 1 else 1 end
  from due
  where job.tenant_id = due.tenant_id and job.id = due.id
  returning job.tenant_id, job.id, job.kind`;

const GIVE_BACK = `
  update jobs.job set dispatch_time = null
  where (tenant_id, id) in (select * from unnest($1::text[], $2::uuid[])) and state = 'queued'`;

interface PointerRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly kind: string;
}

/**
 * What a broker is to be told: a queued job is its own entry in the outbox.
 *
 * It is told again when it is queued again, and, ever less often, while nobody takes it: what a
 * broker loses is so made up for, and what it has twice does no harm.
 */
export class JobDispatches {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Takes jobs of which the broker has not been told, the urgent first, and notes that it is.
   *
   * Nothing is locked while the broker is told: a slow one must not keep workers from the jobs.
   */
  async takeDue(limit: number): Promise<readonly JobPointer[]> {
    const { rows } = await this.#pool.query<PointerRow>(TAKE_DUE, [limit]);
    return rows.map(({ tenant_id, id, kind }) => ({ tenantId: tenant_id, jobId: id, kind }));
  }

  /** Takes the note back, for pointers that the broker did not confirm. */
  async giveBack(pointers: readonly JobPointer[]): Promise<void> {
    if (pointers.length === 0) return;
    await this.#pool.query(GIVE_BACK, [
      pointers.map(({ tenantId }) => tenantId),
      pointers.map(({ jobId }) => jobId),
    ]);
  }
}
