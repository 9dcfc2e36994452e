import { createHash } from "node:crypto";
import { AppError } from "../app-error.ts";
import type { Queryable } from "../postgres/pool.ts";
import { FINAL_STATES, type Job } from "./job.ts";
import { JOB_COLUMNS, type JobRow, jobFromRow, PRIORITY_NUMBERS } from "./job-row.ts";
import { CHANGED, NOTIFY } from "./job-table.ts";
import type { JobChanges, JobDraft, JobFilter, Jobs } from "./jobs.ts";

const PAYLOAD_BYTES_MAX = 256 * 1024;
/** Bounds the memory of one answer. More changes come with the next call. */
const CHANGES_MAX = 5000;

const INSERT = `
  insert into jobs.job (tenant_id, id, kind, title, owner_reference, payload, idempotency_key,
    payload_digest, priority, state, run_time)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'queued', clock_timestamp())
  on conflict (tenant_id, kind, idempotency_key) where idempotency_key is not null do nothing
  returning ${JOB_COLUMNS}, ${NOTIFY}`;

const SELECT_BY_KEY = `
  select ${JOB_COLUMNS}, payload_digest
  from jobs.job where tenant_id = $1 and kind = $2 and idempotency_key = $3`;

const SELECT_BY_ID = `select ${JOB_COLUMNS} from jobs.every_job as job where tenant_id = $1 and id = $2`;

const SELECT_BY_IDS = `
  select ${JOB_COLUMNS} from jobs.every_job as job where tenant_id = $1 and id = any($2::uuid[])`;

const SELECT_PAGE = `
  select ${JOB_COLUMNS} from jobs.every_job as job
  where tenant_id = $1 and ($2::uuid is null or id < $2)
    and ($3::text[] is null or state = any($3))
    and ($4::text[] is null or kind = any($4))
    and ($5::text is null or owner_reference = $5)
  order by id desc
  limit $6`;

const CANCEL = `
  update jobs.job set
    state = case state when 'queued' then 'cancelled' else state end,
    end_time = case state when 'queued' then clock_timestamp() end,
    cancel_requested = true,
    ${CHANGED}
  where tenant_id = $1 and id = $2
    and (state = 'queued' or (state = 'running' and not cancel_requested))
  returning ${JOB_COLUMNS}, ${NOTIFY}`;

const RETRY = `
  update jobs.job set
    state = 'queued', run_time = clock_timestamp(), end_time = null, cancel_requested = false,
    failure_count = 0, crash_count = 0,
    ${CHANGED}
  where tenant_id = $1 and id = $2 and state in ('failed', 'cancelled', 'quarantined')
  returning ${JOB_COLUMNS}, ${NOTIFY}`;

/** Oldest transaction whose changes this statement may not see. */
const SEQUENCE = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint as sequence";

const SELECT_UNFINISHED = `
  select present.sequence, job.change_transaction, ${JOB_COLUMNS}
  from (select ${SEQUENCE}) as present
  left join jobs.job on tenant_id = $1 and state in ('queued', 'running')
  order by job.id`;

// A sequence from the future is one of another server, which this data was moved from.
const SELECT_CHANGES = `
  select present.sequence, job.change_transaction, ${JOB_COLUMNS}
  from (select ${SEQUENCE}) as present
  left join jobs.job on tenant_id = $1
    and change_transaction >= case when $2 > present.sequence then 0 else $2 end
  order by job.change_transaction
  limit ${CHANGES_MAX}`;

interface ChangeRow extends JobRow {
  readonly sequence: number;
  readonly change_transaction: number;
}

/** Keeps the jobs of one tenant in the table `jobs.job`. Those of long ago are in `jobs.job_archive`. */
export class PostgresJobs implements Jobs {
  readonly #pool: Queryable;
  readonly #tenantId: string;
  readonly #newId: () => string;

  /** @param newId - Makes a UUID of version 7. */
  constructor(pool: Queryable, tenantId: string, newId: () => string) {
    this.#pool = pool;
    this.#tenantId = tenantId;
    this.#newId = newId;
  }

  async enqueue(draft: JobDraft): Promise<Job> {
    assertPayloadSize(draft.payload);
    const digest = createHash("sha256").update(draft.payload).digest();
    const key = draft.idempotencyKey || null;
    const inserted = await this.#pool.query<JobRow>(INSERT, [
      this.#tenantId,
      this.#newId(),
      draft.kind,
      draft.title ?? "",
      draft.ownerReference ?? "",
      Buffer.from(draft.payload),
      key,
      digest,
      PRIORITY_NUMBERS[draft.priority ?? "normal"],
    ]);
    const row = inserted.rows[0] ?? (await this.#earlier(draft.kind, key, digest));
    return jobFromRow(row);
  }

  async find(id: string): Promise<Job | undefined> {
    return await this.#one(SELECT_BY_ID, id);
  }

  async findMany(ids: readonly string[]): Promise<readonly Job[]> {
    const { rows } = await this.#pool.query<JobRow>(SELECT_BY_IDS, [this.#tenantId, ids]);
    return rows.map(jobFromRow);
  }

  async list(
    { states, kinds, ownerReference }: JobFilter,
    limit: number,
    beforeId: string | undefined,
  ): Promise<readonly Job[]> {
    const { rows } = await this.#pool.query<JobRow>(SELECT_PAGE, [
      this.#tenantId,
      beforeId ?? null,
      states ?? null,
      kinds ?? null,
      ownerReference ?? null,
      limit,
    ]);
    return rows.map(jobFromRow);
  }

  async cancel(id: string): Promise<Job | undefined> {
    return (await this.#one(CANCEL, id)) ?? (await this.find(id));
  }

  async retry(id: string): Promise<Job | undefined> {
    const job = (await this.#one(RETRY, id)) ?? (await this.find(id));
    if (job?.state === "succeeded") {
      throw new AppError(
        "failed-precondition",
        "JOB_SUCCEEDED",
        "The job has succeeded: there is nothing to try again. Start a new one.",
        { metadata: { id } },
      );
    }
    if (job && FINAL_STATES.has(job.state)) {
      throw new AppError(
        "failed-precondition",
        "JOB_ARCHIVED",
        "The job ended long ago, and what it was to do is no longer kept. Start a new one.",
        { metadata: { id } },
      );
    }
    return job;
  }

  async unfinished(): Promise<JobChanges> {
    const { rows } = await this.#pool.query<ChangeRow>(SELECT_UNFINISHED, [this.#tenantId]);
    return { jobs: jobsOf(rows), sequence: rows[0]?.sequence ?? 0 };
  }

  async changesSince(sequence: number): Promise<JobChanges> {
    const { rows } = await this.#pool.query<ChangeRow>(SELECT_CHANGES, [this.#tenantId, sequence]);
    const next = rows[0]?.sequence ?? sequence;
    const last = rows.at(-1);
    const isCut = rows.length === CHANGES_MAX && last !== undefined;
    return { jobs: jobsOf(rows), sequence: isCut ? Math.min(next, last.change_transaction) : next };
  }

  async #one(statement: string, id: string): Promise<Job | undefined> {
    const { rows } = await this.#pool.query<JobRow>(statement, [this.#tenantId, id]);
    return rows[0] && jobFromRow(rows[0]);
  }

  async #earlier(kind: string, key: string | null, digest: Buffer): Promise<JobRow> {
    const { rows } = await this.#pool.query<JobRow & { payload_digest: Buffer }>(SELECT_BY_KEY, [
      this.#tenantId,
      kind,
      key,
    ]);
    const [row] = rows;
    if (row === undefined || !digest.equals(row.payload_digest)) {
      throw new AppError(
        "already-exists",
        "REQUEST_ID_REUSED",
        "A different job was started with this request_id. Use a new one for each job.",
        { violations: [{ field: "request_id", description: "stands for another job" }] },
      );
    }
    return row;
  }
}

function assertPayloadSize({ length }: Uint8Array): void {
  if (length > PAYLOAD_BYTES_MAX) {
    throw new AppError(
      "resource-exhausted",
      "JOB_PAYLOAD_TOO_LARGE",
      `The job's request has ${length} bytes; ${PAYLOAD_BYTES_MAX} are allowed. ` +
        "Name data by dataset and symbol instead of sending it.",
    );
  }
}

/** Without jobs, the join yields one row that has the sequence alone. */
function jobsOf(rows: readonly ChangeRow[]): Job[] {
  return rows.filter(({ id }) => id !== null).map(jobFromRow);
}
