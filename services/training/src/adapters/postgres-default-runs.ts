import type { Queryable } from "@portfolio/platform/postgres/pool";
import type { DefaultRun, DefaultRuns } from "../ports.ts";
import { TENANT_ID } from "./model-rows.ts";

const INSERT = `
  insert into training.default_run (tenant_id, id, model_id, request_id, job_id)
  values ($1, $2, $3, $4, $5)
  on conflict do nothing`;

const SELECT_OPEN = `
  select id, model_id, job_id from training.default_run
  where tenant_id = $1 and choice_time is null
  order by id limit $2`;

const CLOSE = `
  update training.default_run set choice_time = now() where tenant_id = $1 and id = $2`;

/** Looked at together, at most. */
const OPEN_MAX = 100;

/** Keeps default trainings in the table `training.default_run`. */
export class PostgresDefaultRuns implements DefaultRuns {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  async add({ id, modelId, jobIds }: DefaultRun, requestId: string): Promise<void> {
    await this.#pool.query(INSERT, [TENANT_ID, id, modelId, requestId, jobIds]);
  }

  async listOpen(): Promise<readonly DefaultRun[]> {
    const { rows } = await this.#pool.query<{
      readonly id: string;
      readonly model_id: string;
      readonly job_id: readonly string[];
    }>(SELECT_OPEN, [TENANT_ID, OPEN_MAX]);
    return rows.map((row) => ({ id: row.id, modelId: row.model_id, jobIds: row.job_id }));
  }

  async close(id: string): Promise<void> {
    await this.#pool.query(CLOSE, [TENANT_ID, id]);
  }
}
