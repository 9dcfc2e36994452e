import type { PoolClient } from "pg";
import type { Logger } from "../logger.ts";
import type { Pool } from "../postgres/pool.ts";
import { HeldConnection } from "./held-connection.ts";

/** First half of the advisory locks that workers hold; the second is the number of the worker. */
const LOCK_CLASS = 1_785_684_595;

// In one statement, so that nobody sees the worker before its lock.
const ENTER = `
  with worker as (insert into jobs.worker (name) values ($1) returning id)
  select id, pg_advisory_lock(${LOCK_CLASS}, id) from worker`;

const ENTER_AGAIN = `
  with worker as (
    insert into jobs.worker (id, name) overriding system value values ($2, $1)
    on conflict (id) do update set missing_since = null
    returning id
  )
  select id, pg_advisory_lock(${LOCK_CLASS}, id) from worker`;

const LEAVE = "delete from jobs.worker where id = $1";

/** Notes which workers have gone, and which have come back. */
export const MARK_MISSING_WORKERS = `
  with present as (
    select objid::bigint as id from pg_locks
    where locktype = 'advisory' and classid = ${LOCK_CLASS} and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database())
  )
  update jobs.worker set
    missing_since = case when missing_since is null then clock_timestamp() end
  where (missing_since is null) <> (id in (select id from present))`;

/** Forgets workers that have been gone for an hour. */
export const FORGET_WORKERS = `
  delete from jobs.worker where missing_since < clock_timestamp() - interval '1 hour'`;

/**
 * Shows that a worker is alive, by a lock on a connection of its own: the database frees the lock
 * as soon as the process is dead, however it died. A lost network shows later, by the lease.
 */
export class WorkerPresence {
  readonly #pool: Pool;
  readonly #name: string;
  readonly #connection: HeldConnection;
  #workerId: number | undefined;

  /** Connects at once. @param name - For people. */
  constructor(pool: Pool, name: string, log: Logger) {
    this.#pool = pool;
    this.#name = name;
    this.#connection = new HeldConnection({
      pool,
      log,
      purpose: "presence of a worker",
      prepare: (client) => this.#enter(client),
    });
  }

  /** Number of the worker. Nothing before it has connected. */
  get workerId(): number | undefined {
    return this.#workerId;
  }

  /** Ends the presence of a worker that has settled its jobs. */
  async leave(): Promise<void> {
    await this.#connection.close();
    if (this.#workerId === undefined) return;
    // A row that stays is forgotten later.
    await this.#pool.query(LEAVE, [this.#workerId]).catch(() => undefined);
  }

  async #enter(client: PoolClient): Promise<void> {
    const { rows } = await client.query<{ id: number }>(
      this.#workerId === undefined ? ENTER : ENTER_AGAIN,
      [this.#name, ...(this.#workerId === undefined ? [] : [this.#workerId])],
    );
    this.#workerId = rows[0]?.id;
  }
}
