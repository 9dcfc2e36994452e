import type { Queryable } from "@portfolio/platform/postgres/pool";
import type { Stage, StageChange, Version } from "../domain/model-version.ts";
import { requireStageChange } from "../domain/stage-rules.ts";
import { TENANT_ID } from "./model-rows.ts";
import { lockModel, readStanding, readVersion } from "./read-version.ts";

const UPDATE = `
  update training.version set stage = $4 where tenant_id = $1 and model_id = $2 and number = $3`;

const INSERT = `
  insert into training.stage_change (tenant_id, model_id, number, sequence, stage, previous_stage,
    actor, reason)
  select $1, $2, $3, coalesce(max(sequence), 0) + 1, $4, $5, $6, $7
  from training.stage_change where tenant_id = $1 and model_id = $2 and number = $3`;

const SELECT = `
  select stage, previous_stage, actor, reason, create_time from training.stage_change
  where tenant_id = $1 and model_id = $2 and number = $3
  order by sequence`;

interface StageRow {
  readonly stage: Stage;
  readonly previous_stage: Stage;
  readonly actor: string;
  readonly reason: string;
  readonly create_time: string;
}

/**
 * Moves a version to another stage within a transaction, and notes it. Changes nothing when it is
 * there already.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `STAGE_UNSUITABLE`.
 */
export async function changeStage(
  client: Queryable,
  modelId: string,
  number: number,
  stage: Stage,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<Version> {
  await lockModel(client, modelId);
  const standing = await readStanding(client, modelId, number);
  const { version } = standing;
  if (version.stage === stage) {
    return version;
  }
  requireStageChange(standing, stage, reason);
  return recordStage(client, version, stage, { actor, reason });
}

/** A step from one of some stages that follows from what a version does. */
export interface StageStep {
  readonly modelId: string;
  readonly number: number;
  readonly from: readonly Stage[];
  readonly to: Stage;
}

/**
 * Moves a version on if it is in one of some stages, within a transaction that has locked the model.
 *
 * For what follows from an alias or an experiment, whose own rules were kept.
 */
export async function followStage(
  client: Queryable,
  { modelId, number, from, to }: StageStep,
  by: { readonly actor: string; readonly reason: string },
): Promise<void> {
  const version = await readVersion(client, modelId, number);
  if (version !== undefined && from.includes(version.stage)) {
    await recordStage(client, version, to, by);
  }
}

async function recordStage(
  client: Queryable,
  version: Version,
  stage: Stage,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<Version> {
  const key = [TENANT_ID, version.modelId, version.number];
  await client.query(UPDATE, [...key, stage]);
  await client.query(INSERT, [...key, stage, version.stage, actor, reason]);
  return { ...version, stage };
}

/** Lists the stages that a version has gone through, the first one first. */
export async function readStageChanges(
  client: Queryable,
  modelId: string,
  number: number,
): Promise<readonly StageChange[]> {
  const { rows } = await client.query<StageRow>(SELECT, [TENANT_ID, modelId, number]);
  return rows.map(({ stage, previous_stage, actor, reason, create_time }) => ({
    ...{ stage, actor, reason },
    previousStage: previous_stage,
    createTime: create_time,
  }));
}
