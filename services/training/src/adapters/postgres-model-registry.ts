import { type Pool, transaction } from "@portfolio/platform/postgres/pool";
import type {
  AliasChange,
  AliasName,
  MetricSeries,
  Model,
  Replay,
  Stage,
  StageChange,
  Verification,
  Version,
  VersionDraft,
} from "../domain/model-version.ts";
import { modelUnknown } from "../domain/registry-errors.ts";
import type { ModelRegistry } from "../ports.ts";
import {
  type AliasRequest,
  changeAlias,
  readAlias,
  readAliasChanges,
  returnAlias,
} from "./alias-log.ts";
import {
  MODEL_COLUMNS,
  type ModelRow,
  modelFromRow,
  TENANT_ID,
  VERSION_COLUMNS,
  type VersionRow,
  versionFromRow,
} from "./model-rows.ts";
import { readModel, readReplay, readVersion } from "./read-version.ts";
import { changeStage, readStageChanges } from "./stage-log.ts";
import { storeVersion } from "./store-version.ts";
import { readVerifications } from "./verification-log.ts";

const SELECT_MODELS = `
  select ${MODEL_COLUMNS} from training.model m
  where m.tenant_id = $1 and ($2::text is null or m.id > $2)
  order by m.id limit $3`;

const SELECT_VERSIONS = `
  select ${VERSION_COLUMNS} from training.version
  where tenant_id = $1 and model_id = $2 and ($3::integer is null or number < $3)
  order by number desc limit $4`;

const SELECT_MANY = `
  select ${VERSION_COLUMNS} from training.version
  where tenant_id = $1
    and (model_id, number) in (select * from unnest($2::text[], $3::integer[]))`;

const UPDATE_MODEL = `
  update training.model set description = $3 where tenant_id = $1 and id = $2`;

const SELECT_ARTIFACT = "select data from training.artifact where tenant_id = $1 and hash = $2";

const SELECT_SERIES = `
  select number, name, unit, to_json(point) as point, to_json(value) as value
  from training.metric_series
  where tenant_id = $1 and model_id = $2 and number = $3
  order by name`;

const SELECT_ONE_SERIES = `
  select number, name, unit, to_json(point) as point, to_json(value) as value
  from training.metric_series
  where tenant_id = $1 and model_id = $2 and number = any($3) and name = $4`;

const ADD_TRIALS = `
  update training.model set trial_count = trial_count + $3 where tenant_id = $1 and id = $2`;

interface SeriesRow {
  readonly number: number;
  readonly name: string;
  readonly unit: MetricSeries["unit"];
  readonly point: readonly number[];
  /** What JSON has no number for is text, such as `NaN`. */
  readonly value: readonly (number | string)[];
}

function seriesFromRow({ name, unit, point, value }: SeriesRow): MetricSeries {
  return { name, unit, points: Int32Array.from(point), values: Float64Array.from(value, Number) };
}

/** Keeps models in the schema `training`. */
export class PostgresModelRegistry implements ModelRegistry {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  findModel(id: string): Promise<Model | undefined> {
    return readModel(this.#pool, id);
  }

  async listModels(limit: number, afterId: string | undefined): Promise<readonly Model[]> {
    const values = [TENANT_ID, afterId ?? null, limit];
    const { rows } = await this.#pool.query<ModelRow>(SELECT_MODELS, values);
    return rows.map(modelFromRow);
  }

  async updateModel(id: string, description: string): Promise<Model> {
    await this.#pool.query(UPDATE_MODEL, [TENANT_ID, id, description]);
    const model = await this.findModel(id);
    if (model === undefined) {
      throw modelUnknown(id);
    }
    return model;
  }

  addVersion(draft: VersionDraft): Promise<Version> {
    return transaction(this.#pool, (client) => storeVersion(client, draft));
  }

  findVersion(modelId: string, number: number): Promise<Version | undefined> {
    return readVersion(this.#pool, modelId, number);
  }

  async findVersions(
    references: readonly { readonly modelId: string; readonly number: number }[],
  ): Promise<readonly Version[]> {
    const { rows } = await this.#pool.query<VersionRow>(SELECT_MANY, [
      TENANT_ID,
      references.map(({ modelId }) => modelId),
      references.map(({ number }) => number),
    ]);
    return rows.map(versionFromRow);
  }

  async listVersions(
    modelId: string,
    limit: number,
    beforeNumber: number | undefined,
  ): Promise<readonly Version[]> {
    const values = [TENANT_ID, modelId, beforeNumber ?? null, limit];
    const { rows } = await this.#pool.query<VersionRow>(SELECT_VERSIONS, values);
    return rows.map(versionFromRow);
  }

  async findArtifact(hash: string): Promise<Uint8Array | undefined> {
    const values = [TENANT_ID, Buffer.from(hash, "hex")];
    const { rows } = await this.#pool.query<{ readonly data: Uint8Array }>(SELECT_ARTIFACT, values);
    return rows[0]?.data;
  }

  findReplay(modelId: string, number: number): Promise<Replay | undefined> {
    return readReplay(this.#pool, modelId, number);
  }

  async listSeries(modelId: string, number: number): Promise<readonly MetricSeries[]> {
    const values = [TENANT_ID, modelId, number];
    const { rows } = await this.#pool.query<SeriesRow>(SELECT_SERIES, values);
    return rows.map(seriesFromRow);
  }

  async findSeries(
    modelId: string,
    numbers: readonly number[],
    name: string,
  ): Promise<ReadonlyMap<number, MetricSeries>> {
    const values = [TENANT_ID, modelId, [...numbers], name];
    const { rows } = await this.#pool.query<SeriesRow>(SELECT_ONE_SERIES, values);
    return new Map(rows.map((row) => [row.number, seriesFromRow(row)]));
  }

  setAlias(change: AliasRequest, expectedVersion: number | undefined): Promise<AliasChange> {
    return transaction(this.#pool, (client) => changeAlias(client, change, expectedVersion));
  }

  revertAlias(
    change: Omit<AliasRequest, "version">,
    expectedVersion: number | undefined,
  ): Promise<AliasChange> {
    return transaction(this.#pool, (client) => returnAlias(client, change, expectedVersion));
  }

  findAlias(modelId: string, alias: AliasName, atTime?: string): Promise<number | undefined> {
    return readAlias(this.#pool, modelId, alias, atTime);
  }

  listAliasChanges(
    modelId: string,
    limit: number,
    beforeTime: string | undefined,
  ): Promise<readonly AliasChange[]> {
    return readAliasChanges(this.#pool, modelId, limit, beforeTime);
  }

  setStage(
    modelId: string,
    number: number,
    stage: Stage,
    by: { readonly actor: string; readonly reason: string },
  ): Promise<Version> {
    return transaction(this.#pool, (client) => changeStage(client, modelId, number, stage, by));
  }

  listStageChanges(modelId: string, number: number): Promise<readonly StageChange[]> {
    return readStageChanges(this.#pool, modelId, number);
  }

  listVerifications(modelId: string, number: number): Promise<readonly Verification[]> {
    return readVerifications(this.#pool, modelId, number);
  }

  async addTrials(modelId: string, count: number): Promise<void> {
    const { rowCount } = await this.#pool.query(ADD_TRIALS, [TENANT_ID, modelId, count]);
    if (rowCount === 0) {
      throw modelUnknown(modelId);
    }
  }
}
