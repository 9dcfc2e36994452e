import type { Pool } from "../postgres/pool.ts";
import { FORGET_WORKERS } from "./worker-presence.ts";

/** Small enough not to hold up those who claim. */
const BATCH = 500;
/** Longest that a broker may take to deliver an event a second time. */
const INBOX_DAYS = 30;

const ARCHIVE = `
  with old as (
    select tenant_id, id from jobs.job
    where end_time < clock_timestamp() - $1 * interval '1 day'
      and state in ('succeeded', 'failed', 'cancelled', 'quarantined')
    order by end_time
    limit ${BATCH}
    for update skip locked
  ),
  moved as (
    delete from jobs.job using old
    where job.tenant_id = old.tenant_id and job.id = old.id
    returning job.*
  )
  insert into jobs.job_archive select * from moved`;

const FORGET_EVENTS = `
  delete from jobs.inbox
  where receive_time < clock_timestamp() - ${INBOX_DAYS} * interval '1 day'`;

/** Keeps the tables of jobs small. */
export class JobArchive {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Moves jobs that ended more than some days ago to the archive, where they can be looked at but
   * not retried, and their idempotency keys no longer count. Their checkpoints go.
   *
   * @returns How many were moved. Call it again until it is 0.
   */
  async moveEnded(days: number): Promise<number> {
    const { rowCount } = await this.#pool.query(ARCHIVE, [days]);
    return rowCount ?? 0;
  }

  /** Removes notes that have served their time: of dead workers and of events received. */
  async forget(): Promise<void> {
    await this.#pool.query(FORGET_WORKERS);
    await this.#pool.query(FORGET_EVENTS);
  }
}
