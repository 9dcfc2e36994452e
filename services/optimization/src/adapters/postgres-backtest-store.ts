import { AppError } from "@portfolio/platform/app-error";
import type { Queryable } from "@portfolio/platform/postgres/pool";
import type { BacktestStore, SaveKey, StoredBacktest } from "../ports.ts";

const COLUMNS = "id, name, spec, job_id, create_time, request_digest";

const INSERT = `
  insert into optimization.backtest (tenant_id, id, name, spec, create_time, request_id,
    request_digest)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (tenant_id, request_id) where request_id is not null do nothing
  returning ${COLUMNS}`;

const SELECT_BY_REQUEST = `
  select ${COLUMNS} from optimization.backtest where tenant_id = $1 and request_id = $2`;

const SELECT_BY_ID = `
  select ${COLUMNS} from optimization.backtest where tenant_id = $1 and id = $2`;

const SELECT_RESULT = `
  select result from optimization.backtest where tenant_id = $1 and id = $2`;

const SELECT_PAGE = `
  select ${COLUMNS} from optimization.backtest
  where tenant_id = $1 and ($2::uuid is null or id < $2)
  order by id desc
  limit $3`;

const SET_JOB = "update optimization.backtest set job_id = $3 where tenant_id = $1 and id = $2";

const SET_RESULT = "update optimization.backtest set result = $3 where tenant_id = $1 and id = $2";

const DELETE = "delete from optimization.backtest where tenant_id = $1 and id = $2";

/** Everybody is one tenant until callers are told apart. */
const TENANT_ID = "default";

interface BacktestRow {
  readonly id: string;
  readonly name: string;
  readonly spec: Uint8Array;
  readonly job_id: string | null;
  readonly create_time: string;
  readonly request_digest: Uint8Array | null;
}

/** Keeps backtests in the table `optimization.backtest`. */
export class PostgresBacktestStore implements BacktestStore {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  async add(backtest: StoredBacktest, key: SaveKey | undefined): Promise<StoredBacktest> {
    const { id, name, spec, createTime } = backtest;
    const inserted = await this.#pool.query<BacktestRow>(INSERT, [
      TENANT_ID,
      id,
      name,
      Buffer.from(spec),
      createTime,
      key?.requestId ?? null,
      key ? Buffer.from(key.digest) : null,
    ]);
    const [row] = inserted.rows;
    return row === undefined ? this.#earlier(key) : fromRow(row);
  }

  async #earlier(key: SaveKey | undefined): Promise<StoredBacktest> {
    const values = [TENANT_ID, key?.requestId ?? ""];
    const { rows } = await this.#pool.query<BacktestRow>(SELECT_BY_REQUEST, values);
    const [row] = rows;
    if (row === undefined) {
      throw new AppError(
        "unavailable",
        "DATABASE_CONFLICT",
        "The backtest of this request identifier was deleted just now. Try again.",
      );
    }
    assertSame(row, key);
    return fromRow(row);
  }

  async setJob(id: string, jobId: string): Promise<void> {
    await this.#pool.query(SET_JOB, [TENANT_ID, id, jobId]);
  }

  async find(id: string): Promise<StoredBacktest | undefined> {
    const { rows } = await this.#pool.query<BacktestRow>(SELECT_BY_ID, [TENANT_ID, id]);
    return rows[0] && fromRow(rows[0]);
  }

  async findResult(id: string): Promise<Uint8Array | undefined> {
    const { rows } = await this.#pool.query<{ readonly result: Uint8Array | null }>(SELECT_RESULT, [
      TENANT_ID,
      id,
    ]);
    return rows[0]?.result ?? undefined;
  }

  async list(limit: number, beforeId: string | undefined): Promise<readonly StoredBacktest[]> {
    const values = [TENANT_ID, beforeId ?? null, limit];
    const { rows } = await this.#pool.query<BacktestRow>(SELECT_PAGE, values);
    return rows.map(fromRow);
  }

  async delete(id: string): Promise<void> {
    await this.#pool.query(DELETE, [TENANT_ID, id]);
  }
}

/** Stores a result within the transaction that ends a job; nothing if the backtest was deleted. */
export async function storeBacktestResult(
  client: Queryable,
  id: string,
  result: Uint8Array,
): Promise<void> {
  await client.query(SET_RESULT, [TENANT_ID, id, Buffer.from(result)]);
}

function assertSame({ request_digest }: BacktestRow, key: SaveKey | undefined): void {
  if (key && request_digest && Buffer.compare(request_digest, key.digest) === 0) {
    return;
  }
  throw new AppError(
    "already-exists",
    "REQUEST_ID_REUSED",
    "A different backtest was started with this request_id. Use a new one for each backtest.",
    { violations: [{ field: "request_id", description: "stands for another backtest" }] },
  );
}

function fromRow(row: BacktestRow): StoredBacktest {
  return {
    id: row.id,
    name: row.name,
    spec: row.spec,
    jobId: row.job_id ?? undefined,
    createTime: row.create_time,
  };
}
