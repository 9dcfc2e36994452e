import { AppError } from "@portfolio/platform/app-error";
import { type Pool, transaction } from "@portfolio/platform/postgres/pool";
import type { Schedule, ScheduledWork } from "../domain/schedule.ts";
import type { ScheduleRun, ScheduleStore } from "../ports.ts";
import { TENANT_ID } from "./model-rows.ts";

const COLUMNS = `id, model_id, work, cron, time_zone, next_time, last_time, last_job_id,
  last_problem`;
const SCHEDULES_MAX = 200;

const INSERT = `
  insert into training.schedule (tenant_id, id, model_id, work, cron, time_zone, next_time)
  select $1, $2, $3, $4, $5, $6, $7
  where (select count(*) from training.schedule where tenant_id = $1) < ${SCHEDULES_MAX}
  returning 1 as added`;

const SELECT_BY_ID = `select ${COLUMNS} from training.schedule where tenant_id = $1 and id = $2`;

const SELECT_ALL = `
  select ${COLUMNS} from training.schedule where tenant_id = $1 order by id`;

const UPDATE = `
  update training.schedule
  set model_id = $3, work = $4, cron = $5, time_zone = $6, next_time = $7
  where tenant_id = $1 and id = $2`;

const DELETE = "delete from training.schedule where tenant_id = $1 and id = $2";

// One process takes each; others pass over it.
const SELECT_DUE = `
  select ${COLUMNS} from training.schedule
  where tenant_id = $1 and next_time <= $2
  order by next_time limit 1
  for update skip locked`;

const NOTE_RUN = `
  update training.schedule
  set last_time = next_time, next_time = $3, last_job_id = $4, last_problem = $5
  where tenant_id = $1 and id = $2`;

interface ScheduleRow {
  readonly id: string;
  readonly model_id: string;
  readonly work: ScheduledWork;
  readonly cron: string;
  readonly time_zone: string;
  readonly next_time: string | null;
  readonly last_time: string | null;
  readonly last_job_id: string | null;
  readonly last_problem: string;
}

/** Keeps schedules in the table `training.schedule`. */
export class PostgresScheduleStore implements ScheduleStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async add(schedule: Schedule): Promise<void> {
    const { rows } = await this.#pool.query(INSERT, valuesOf(schedule));
    if (rows.length === 0) {
      throw new AppError(
        "resource-exhausted",
        "SCHEDULES_TOO_MANY",
        `There are ${SCHEDULES_MAX} schedules. Delete one first.`,
      );
    }
  }

  async find(id: string): Promise<Schedule | undefined> {
    const { rows } = await this.#pool.query<ScheduleRow>(SELECT_BY_ID, [TENANT_ID, id]);
    return rows[0] && fromRow(rows[0]);
  }

  async list(): Promise<readonly Schedule[]> {
    const { rows } = await this.#pool.query<ScheduleRow>(SELECT_ALL, [TENANT_ID]);
    return rows.map(fromRow);
  }

  async update(schedule: Schedule): Promise<boolean> {
    const { rowCount } = await this.#pool.query(UPDATE, valuesOf(schedule));
    return rowCount === 1;
  }

  async delete(id: string): Promise<void> {
    await this.#pool.query(DELETE, [TENANT_ID, id]);
  }

  runNextDue(now: string, run: (schedule: Schedule) => Promise<ScheduleRun>): Promise<boolean> {
    return transaction(this.#pool, async (client) => {
      const { rows } = await client.query<ScheduleRow>(SELECT_DUE, [TENANT_ID, now]);
      const [due] = rows.map(fromRow);
      if (due === undefined) {
        return false;
      }
      const { nextTime, jobId, problem } = await run(due);
      await client.query(NOTE_RUN, [TENANT_ID, due.id, nextTime ?? null, jobId ?? null, problem]);
      return true;
    });
  }
}

function valuesOf(schedule: Schedule): unknown[] {
  const { id, modelId, work, cron, timeZone, nextTime } = schedule;
  return [TENANT_ID, id, modelId, work, cron, timeZone, nextTime ?? null];
}

function fromRow(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    modelId: row.model_id,
    work: row.work,
    cron: row.cron,
    timeZone: row.time_zone,
    nextTime: row.next_time ?? undefined,
    lastTime: row.last_time ?? undefined,
    lastJobId: row.last_job_id ?? undefined,
    lastProblem: row.last_problem,
  };
}
