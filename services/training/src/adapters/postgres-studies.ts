import type { Queryable } from "@portfolio/platform/postgres/pool";
import type { DatedSkill } from "../domain/overfitting.ts";
import type { Study, StudyParameter, Trial, TrialState } from "../domain/study.ts";
import type { Target } from "../domain/training-spec.ts";
import type { TrialResult } from "../domain/trial-result.ts";
import type { Studies } from "../ports.ts";
import { TENANT_ID } from "./model-rows.ts";
import { onlyRow } from "./only-row.ts";
import { addModel } from "./store-version.ts";

const COLUMNS = `id, model_id, spec, parameter, trial_count_max, parallel_count, seed,
  trial_end_date, trial_days, training_job_id, is_done, create_time`;

const INSERT = `
  insert into training.study (tenant_id, id, model_id, spec, parameter, trial_count_max,
    parallel_count, seed, trial_end_date, trial_days, request_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict do nothing`;

const SELECT_ADDED = `
  select ${COLUMNS} from training.study
  where tenant_id = $1 and (id = $2 or (request_id = $3 and request_id <> ''))`;

const SELECT = `select ${COLUMNS} from training.study where tenant_id = $1 and id = $2`;

const SELECT_PAGE = `
  select ${COLUMNS} from training.study
  where tenant_id = $1 and ($2::uuid is null or id < $2)
  order by id desc limit $3`;

const SELECT_OPEN = `
  select ${COLUMNS} from training.study where tenant_id = $1 and not is_done order by id limit 100`;

const FINISH = `
  update training.study set is_done = true, training_job_id = $3 where tenant_id = $1 and id = $2`;

const SELECT_TRIALS = `
  select number, value, state, rung, loss, job_id from training.trial
  where tenant_id = $1 and study_id = $2 order by number`;

const INSERT_TRIAL = `
  with added as (
    insert into training.trial (tenant_id, study_id, number, value, state, rung)
    values ($1, $2, $3, $4, 'running', 0)
    on conflict do nothing
    returning study_id
  )
  update training.model m set trial_count = trial_count + 1
  from training.study s, added
  where s.tenant_id = $1 and s.id = added.study_id and m.tenant_id = $1 and m.id = s.model_id`;

const START = `
  update training.trial set job_id = $4
  where tenant_id = $1 and study_id = $2 and number = $3 and job_id is null`;

const PROMOTE = `
  update training.trial set rung = 1, job_id = null
  where tenant_id = $1 and study_id = $2 and number = $3 and state = 'running' and rung = 0`;

const SET_STATE = `
  update training.trial set state = $4
  where tenant_id = $1 and study_id = $2 and number = $3 and state = 'running'`;

const SET_LOSS = `
  update training.trial set loss[$4::int + 1] = $5, skill_day = $6, skill = $7,
    state = case when $4::int = 1 then 'complete' else state end
  where tenant_id = $1 and study_id = $2 and number = $3 and rung = $4 and state = 'running'`;

const SELECT_SKILLS = `
  select skill_day, skill from training.trial
  where tenant_id = $1 and study_id = $2 and state = 'complete' and skill is not null
  order by number`;

const SELECT_OF_TRAINING = `
  select ${COLUMNS} from training.study where tenant_id = $1 and training_job_id = $2 limit 1`;

interface StudyRow {
  readonly id: string;
  readonly model_id: string;
  readonly spec: Uint8Array;
  readonly parameter: readonly StudyParameter[];
  readonly trial_count_max: number;
  readonly parallel_count: number;
  readonly seed: number | string;
  readonly trial_end_date: string;
  readonly trial_days: number;
  readonly training_job_id: string | null;
  readonly is_done: boolean;
  readonly create_time: string;
}

/** Keeps studies in the tables `training.study` and `training.trial`. */
export class PostgresStudies implements Studies {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  async add(study: Study, target: Target, requestId: string): Promise<Study> {
    await addModel(this.#pool, study.modelId, target);
    const { id, modelId, spec, parameters, trialCountMax, parallelCount, seed } = study;
    await this.#pool.query(INSERT, [
      ...[TENANT_ID, id, modelId, Buffer.from(spec), JSON.stringify(parameters)],
      ...[trialCountMax, parallelCount, seed, study.trialEndDate, study.trialDays, requestId],
    ]);
    const { rows } = await this.#pool.query<StudyRow>(SELECT_ADDED, [TENANT_ID, id, requestId]);
    return fromRow(onlyRow(rows));
  }

  async find(id: string): Promise<Study | undefined> {
    const { rows } = await this.#pool.query<StudyRow>(SELECT, [TENANT_ID, id]);
    return rows[0] && fromRow(rows[0]);
  }

  async list(limit: number, beforeId: string | undefined): Promise<readonly Study[]> {
    const values = [TENANT_ID, beforeId ?? null, limit];
    const { rows } = await this.#pool.query<StudyRow>(SELECT_PAGE, values);
    return rows.map(fromRow);
  }

  async listOpen(): Promise<readonly Study[]> {
    const { rows } = await this.#pool.query<StudyRow>(SELECT_OPEN, [TENANT_ID]);
    return rows.map(fromRow);
  }

  async finish(id: string, trainingJobId: string | undefined): Promise<void> {
    await this.#pool.query(FINISH, [TENANT_ID, id, trainingJobId ?? null]);
  }

  async listTrials(id: string): Promise<readonly Trial[]> {
    const { rows } = await this.#pool.query<{
      readonly number: number;
      readonly value: readonly number[];
      readonly state: TrialState;
      readonly rung: 0 | 1;
      readonly loss: readonly (number | null)[];
      readonly job_id: string | null;
    }>(SELECT_TRIALS, [TENANT_ID, id]);
    return rows.map(({ number, value, state, rung, loss, job_id }) => ({
      ...{ number, state, rung },
      values: value,
      losses: [loss[0] ?? undefined, loss[1] ?? undefined],
      jobId: job_id ?? "",
    }));
  }

  async findOfTraining(jobId: string): Promise<Study | undefined> {
    const { rows } = await this.#pool.query<StudyRow>(SELECT_OF_TRAINING, [TENANT_ID, jobId]);
    return rows[0] && fromRow(rows[0]);
  }

  async listSkills(id: string): Promise<readonly DatedSkill[]> {
    const { rows } = await this.#pool.query<{
      readonly skill_day: readonly number[];
      readonly skill: readonly number[];
    }>(SELECT_SKILLS, [TENANT_ID, id]);
    return rows.map(({ skill_day, skill }) => ({
      points: Int32Array.from(skill_day),
      values: Float64Array.from(skill),
    }));
  }

  async addTrial(id: string, number: number, values: readonly number[]): Promise<void> {
    await this.#pool.query(INSERT_TRIAL, [TENANT_ID, id, number, values]);
  }

  async startTrial(id: string, number: number, jobId: string): Promise<void> {
    await this.#pool.query(START, [TENANT_ID, id, number, jobId]);
  }

  async promoteTrial(id: string, number: number): Promise<void> {
    await this.#pool.query(PROMOTE, [TENANT_ID, id, number]);
  }

  async endTrial(id: string, number: number, state: "pruned" | "failed"): Promise<void> {
    await this.#pool.query(SET_STATE, [TENANT_ID, id, number, state]);
  }
}

/** Stores what came of a trial, within the transaction that ends its job. */
export async function storeTrialResult(
  client: Queryable,
  { studyId, number, rung }: { readonly studyId: string; number: number; rung: number },
  { loss, days, values }: TrialResult,
): Promise<void> {
  await client.query(SET_LOSS, [TENANT_ID, studyId, number, rung, loss, days, values]);
}

function fromRow(row: StudyRow): Study {
  return {
    id: row.id,
    modelId: row.model_id,
    spec: row.spec,
    parameters: row.parameter,
    trialCountMax: row.trial_count_max,
    parallelCount: row.parallel_count,
    seed: Number(row.seed),
    trialEndDate: row.trial_end_date,
    trialDays: row.trial_days,
    trainingJobId: row.training_job_id ?? undefined,
    isDone: row.is_done,
    createTime: row.create_time,
  };
}
