import { AppError } from "@portfolio/platform/app-error";
import type { Pool } from "@portfolio/platform/postgres/pool";
import type { Dashboard } from "../domain/dashboard.ts";
import type { DashboardStore } from "../ports.ts";
import { TENANT_ID } from "./model-rows.ts";

const DASHBOARDS_MAX = 200;

const COLUMNS = "id, title, panels, revision, create_time, update_time";

const INSERT = `
  insert into training.dashboard (tenant_id, id, title, panels, revision)
  select $1, $2, $3, $4, 1
  where (select count(*) from training.dashboard where tenant_id = $1) < ${DASHBOARDS_MAX}
  returning ${COLUMNS}`;

const UPDATE = `
  update training.dashboard
  set title = $3, panels = $4, revision = revision + 1, update_time = now()
  where tenant_id = $1 and id = $2 and revision = $5
  returning ${COLUMNS}`;

const SELECT = `select ${COLUMNS} from training.dashboard where tenant_id = $1 and id = $2`;

const SELECT_PAGE = `
  select ${COLUMNS} from training.dashboard
  where tenant_id = $1 and ($2::uuid is null or id < $2)
  order by id desc limit $3`;

const DELETE = "delete from training.dashboard where tenant_id = $1 and id = $2";

interface DashboardRow {
  readonly id: string;
  readonly title: string;
  readonly panels: Uint8Array;
  readonly revision: number;
  readonly create_time: string;
  readonly update_time: string;
}

/** Keeps dashboards in the table `training.dashboard`. */
export class PostgresDashboardStore implements DashboardStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async list(limit: number, beforeId: string | undefined): Promise<readonly Dashboard[]> {
    const values = [TENANT_ID, beforeId ?? null, limit];
    const { rows } = await this.#pool.query<DashboardRow>(SELECT_PAGE, values);
    return rows.map(fromRow);
  }

  async find(id: string): Promise<Dashboard | undefined> {
    const { rows } = await this.#pool.query<DashboardRow>(SELECT, [TENANT_ID, id]);
    return rows.map(fromRow)[0];
  }

  async add({ id, title, panels }: Parameters<DashboardStore["add"]>[0]): Promise<Dashboard> {
    const values = [TENANT_ID, id, title, Buffer.from(panels)];
    const { rows } = await this.#pool.query<DashboardRow>(INSERT, values);
    const added = rows.map(fromRow)[0];
    if (added === undefined) {
      throw new AppError(
        "resource-exhausted",
        "DASHBOARDS_TOO_MANY",
        `There are ${DASHBOARDS_MAX} dashboards. Delete one first.`,
      );
    }
    return added;
  }

  async replace({
    id,
    title,
    panels,
    revision,
  }: Parameters<DashboardStore["replace"]>[0]): Promise<Dashboard | undefined> {
    const values = [TENANT_ID, id, title, Buffer.from(panels), revision];
    const { rows } = await this.#pool.query<DashboardRow>(UPDATE, values);
    return rows.map(fromRow)[0];
  }

  async delete(id: string): Promise<void> {
    await this.#pool.query(DELETE, [TENANT_ID, id]);
  }
}

function fromRow(row: DashboardRow): Dashboard {
  return {
    id: row.id,
    title: row.title,
    panels: row.panels,
    revision: row.revision,
    createTime: row.create_time,
    updateTime: row.update_time,
  };
}
