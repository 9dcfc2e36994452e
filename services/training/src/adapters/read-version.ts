import type { Queryable } from "@portfolio/platform/postgres/pool";
import type { Model, Replay, Version } from "../domain/model-version.ts";
import { modelUnknown, versionUnknown } from "../domain/registry-errors.ts";
import type { Standing } from "../domain/stage-rules.ts";
import {
  MODEL_COLUMNS,
  type ModelRow,
  modelFromRow,
  TENANT_ID,
  VERSION_COLUMNS,
  type VersionRow,
  versionFromRow,
} from "./model-rows.ts";
import { type ReplayRow, replayFromRow } from "./replay-columns.ts";

// Its own statement: what is read together with the lock is as it was before the wait for it.
const LOCK_MODEL = `
  select 1 as found from training.model where tenant_id = $1 and id = $2 for update`;

const SELECT_MODEL = `
  select ${MODEL_COLUMNS} from training.model m where m.tenant_id = $1 and m.id = $2`;

const SELECT_VERSION = `
  select ${VERSION_COLUMNS} from training.version
  where tenant_id = $1 and model_id = $2 and number = $3`;

const SELECT_REPLAY = `
  select symbol, day, forecast, outcome from training.replay
  where tenant_id = $1 and model_id = $2 and number = $3`;

/**
 * Locks a model, so that its aliases and stages change one after the other.
 *
 * @throws {AppError} `MODEL_UNKNOWN`.
 */
export async function lockModel(client: Queryable, modelId: string): Promise<void> {
  const { rows } = await client.query(LOCK_MODEL, [TENANT_ID, modelId]);
  if (rows.length === 0) {
    throw modelUnknown(modelId);
  }
}

export async function readModel(client: Queryable, modelId: string): Promise<Model | undefined> {
  const { rows } = await client.query<ModelRow>(SELECT_MODEL, [TENANT_ID, modelId]);
  return rows.map(modelFromRow)[0];
}

export async function readVersion(
  client: Queryable,
  modelId: string,
  number: number,
): Promise<Version | undefined> {
  const { rows } = await client.query<VersionRow>(SELECT_VERSION, [TENANT_ID, modelId, number]);
  return rows.map(versionFromRow)[0];
}

export async function readReplay(
  client: Queryable,
  modelId: string,
  number: number,
): Promise<Replay | undefined> {
  const { rows } = await client.query<ReplayRow>(SELECT_REPLAY, [TENANT_ID, modelId, number]);
  return rows.map(replayFromRow)[0];
}

/**
 * Reads what the rules of stages ask for.
 *
 * @param client - Of a transaction that has locked the model.
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`.
 */
export async function readStanding(
  client: Queryable,
  modelId: string,
  number: number,
): Promise<Standing> {
  const model = await readModel(client, modelId);
  if (model === undefined) {
    throw modelUnknown(modelId);
  }
  const version = await readVersion(client, modelId, number);
  if (version === undefined) {
    throw versionUnknown(modelId, number);
  }
  const alias = model.aliases.find(({ name }) => name === "baseline");
  const baseline = alias && (await readVersion(client, modelId, alias.version));
  return { model, version, baseline };
}
