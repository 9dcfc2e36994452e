import { type Pool, type Queryable, transaction } from "../postgres/pool.ts";
import { CLAIM } from "./claim-statement.ts";
import type { JobError, JobProgress } from "./job.ts";
import {
  CANCEL,
  CHECK,
  COMPLETE,
  CRASH,
  DELETE_CHECKPOINT,
  EXTEND,
  FAIL,
  LOCK_HELD,
  RECLAIM_EXPIRED,
  RELEASE,
  RETRY_LATER,
  SAVE_CHECKPOINT,
  SAVE_PROGRESS,
} from "./job-lease-statements.ts";
import type { ClaimedJob, JobLease, JobLeases, LeaseState } from "./job-leases.ts";
import { MARK_MISSING_WORKERS } from "./worker-presence.ts";

/** Time that a worker has to connect again before its jobs are given to others. */
const MISSING_MS = 700;
const LOST: LeaseState = { isHeld: false, isCancelRequested: false };

interface ClaimRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly fence: number;
  readonly kind: string;
  readonly payload: Uint8Array;
  readonly checkpoint: Uint8Array | null;
  readonly attempt: number;
  readonly failure_count: number;
}

/** Lends jobs of the table `jobs.job` to workers. */
export class PostgresJobLeases implements JobLeases {
  readonly #pool: Pool;
  readonly #leaseMs: number;

  /** @param leaseMs - Term of a lease: a worker that is silent for longer has lost its jobs. */
  constructor(pool: Pool, leaseMs: number) {
    this.#pool = pool;
    this.#leaseMs = leaseMs;
  }

  async claim(
    kinds: readonly string[],
    owner: string,
    workerId?: number,
  ): Promise<ClaimedJob | undefined> {
    const values = [kinds, owner, this.#leaseMs, workerId ?? null];
    const { rows } = await this.#pool.query<ClaimRow>(CLAIM, values);
    return rows[0] && claimedJob(rows[0]);
  }

  async extend(lease: JobLease): Promise<LeaseState> {
    return await this.#state(EXTEND, [...leaseValues(lease), this.#leaseMs]);
  }

  async check(lease: JobLease): Promise<LeaseState> {
    return await this.#state(CHECK, leaseValues(lease));
  }

  async saveProgress(lease: JobLease, progress: JobProgress): Promise<boolean> {
    const { step, stepCount, message } = progress;
    return await this.#write(SAVE_PROGRESS, lease, step, stepCount, message);
  }

  async saveCheckpoint(lease: JobLease, data: Uint8Array): Promise<boolean> {
    return await this.#write(SAVE_CHECKPOINT, lease, Buffer.from(data));
  }

  complete(lease: JobLease, save: (client: Queryable) => Promise<string>): Promise<boolean> {
    const values = leaseValues(lease);
    return transaction(this.#pool, async (client) => {
      const held = await client.query<{ state: string }>(LOCK_HELD, values);
      const state = held.rows[0]?.state;
      // Committed before, by a call whose answer was lost on the way.
      if (state === "succeeded") return true;
      if (state !== "running") return false;
      const reference = await save(client);
      await client.query(COMPLETE, [...values, reference]);
      await client.query(DELETE_CHECKPOINT, values.slice(0, 2));
      return true;
    });
  }

  async fail(lease: JobLease, { reason, description }: JobError): Promise<boolean> {
    return await this.#write(FAIL, lease, reason, description);
  }

  async retryLater(lease: JobLease, error: JobError, delayMs: number): Promise<boolean> {
    return await this.#write(RETRY_LATER, lease, error.reason, error.description, delayMs);
  }

  async crash(lease: JobLease, error: JobError, delayMs: number): Promise<boolean> {
    return await this.#write(CRASH, lease, error.reason, error.description, delayMs);
  }

  async cancel(lease: JobLease): Promise<boolean> {
    return await this.#write(CANCEL, lease);
  }

  async release(lease: JobLease): Promise<boolean> {
    return await this.#write(RELEASE, lease);
  }

  async reclaimExpired(): Promise<number> {
    await this.#pool.query(MARK_MISSING_WORKERS);
    const { rowCount } = await this.#pool.query(RECLAIM_EXPIRED, [
      "WORKER_LOST",
      "The worker of this job was lost.",
      MISSING_MS,
    ]);
    return rowCount ?? 0;
  }

  async #state(statement: string, values: unknown[]): Promise<LeaseState> {
    const { rows } = await this.#pool.query<{ cancel_requested: boolean }>(statement, values);
    return rows[0] ? { isHeld: true, isCancelRequested: rows[0].cancel_requested } : LOST;
  }

  async #write(statement: string, lease: JobLease, ...values: unknown[]): Promise<boolean> {
    const { rowCount } = await this.#pool.query(statement, [...leaseValues(lease), ...values]);
    return rowCount === 1;
  }
}

function leaseValues({ tenantId, jobId, fence }: JobLease): unknown[] {
  return [tenantId, jobId, fence];
}

function claimedJob(row: ClaimRow): ClaimedJob {
  return {
    tenantId: row.tenant_id,
    jobId: row.id,
    fence: row.fence,
    kind: row.kind,
    payload: row.payload,
    checkpoint: row.checkpoint ?? undefined,
    attempt: row.attempt,
    failureCount: row.failure_count,
  };
}
