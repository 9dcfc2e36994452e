import { AppError } from "@portfolio/platform/app-error";
import { recordEvent } from "@portfolio/platform/events/record-event";
import type { Queryable } from "@portfolio/platform/postgres/pool";
import type { AliasChange, AliasName } from "../domain/model-version.ts";
import { aliasUnset } from "../domain/registry-errors.ts";
import { requireAliasChange } from "../domain/stage-rules.ts";
import { TENANT_ID } from "./model-rows.ts";
import { onlyRow } from "./only-row.ts";
import { lockModel, readStanding } from "./read-version.ts";
import { followStage } from "./stage-log.ts";

const COLUMNS = "model_id, alias, version, previous_version, actor, reason, evidence, create_time";

const SELECT_NEWEST = `
  select ${COLUMNS} from training.alias_change
  where tenant_id = $1 and model_id = $2 and alias = $3
  order by sequence desc limit 1`;

// Times ascend with the sequence, so that each says who had an alias: a transaction that has waited
// for the model began before the one that it waited for.
const INSERT = `
  insert into training.alias_change (tenant_id, model_id, sequence, alias, version,
    previous_version, actor, reason, evidence, create_time)
  select $1, $2, coalesce(max(sequence), 0) + 1, $3, $4, $5, $6, $7, $8,
    greatest(clock_timestamp(), max(create_time) + interval '1 microsecond')
  from training.alias_change where tenant_id = $1 and model_id = $2
  returning ${COLUMNS}`;

const SELECT_AT = `
  select version from training.alias_change
  where tenant_id = $1 and model_id = $2 and alias = $3
    and ($4::timestamptz is null or create_time <= $4)
  order by sequence desc limit 1`;

const SELECT_PAGE = `
  select ${COLUMNS} from training.alias_change
  where tenant_id = $1 and model_id = $2 and ($3::timestamptz is null or create_time < $3)
  order by sequence desc limit $4`;

interface AliasRow {
  readonly model_id: string;
  readonly alias: AliasName;
  readonly version: number;
  readonly previous_version: number;
  readonly actor: string;
  readonly reason: string;
  readonly evidence: string;
  readonly create_time: string;
}

/** An alias that a version is to have. */
export type AliasRequest = Omit<AliasChange, "previousVersion" | "createTime">;

/**
 * Adds an entry to the log of aliases within a transaction, and records `model.promoted` for a
 * champion. Changes nothing when the version has the alias already.
 *
 * @param expectedVersion - The version that has it now; undefined means whatever it is.
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_CHANGED`, `STAGE_UNSUITABLE`.
 */
export async function changeAlias(
  client: Queryable,
  request: AliasRequest,
  expectedVersion: number | undefined,
): Promise<AliasChange> {
  const { modelId, alias, version, actor, reason, evidence } = request;
  const key = [TENANT_ID, modelId];
  await lockModel(client, modelId);
  const entry = await newestEntry(client, modelId, alias);
  const current = entry?.version ?? 0;
  if (expectedVersion !== undefined && expectedVersion !== current) {
    throw aliasChanged(alias, current);
  }
  if (entry !== undefined && current === version) {
    return fromRow(entry);
  }
  if (version > 0) {
    requireAliasChange(await readStanding(client, modelId, version), alias, reason);
  }
  const values = [...key, alias, version, current, actor, reason, evidence];
  const { rows } = await client.query<AliasRow>(INSERT, values);
  await followAlias(client, request, current);
  if (alias === "champion" && version > 0) {
    const value = {
      modelId,
      version: BigInt(version),
      previousVersion: BigInt(current),
      alias,
      actor,
    };
    await recordEvent(client, { case: "modelPromoted", value });
  }
  return fromRow(onlyRow(rows));
}

/** Moves versions to the stages that an alias stands for: a champion serves, a challenger runs beside it. */
async function followAlias(
  client: Queryable,
  { modelId, alias, version, actor }: AliasRequest,
  previous: number,
): Promise<void> {
  const by = { actor, reason: version > 0 ? `Version ${version} is ${alias}` : `None is ${alias}` };
  if (alias === "champion") {
    await followStage(
      client,
      { modelId, number: previous, from: ["production"], to: "shadow" },
      by,
    );
    const before = ["validated", "shadow", "canary"] as const;
    await followStage(client, { modelId, number: version, from: before, to: "production" }, by);
  } else if (alias !== "baseline") {
    await followStage(client, { modelId, number: version, from: ["validated"], to: "shadow" }, by);
  }
}

/**
 * Gives an alias back to the version that had it before its newest entry, within a transaction.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `ALIAS_UNSET`, `ALIAS_CHANGED`, `STAGE_UNSUITABLE`.
 */
export async function returnAlias(
  client: Queryable,
  request: Omit<AliasRequest, "version">,
  expectedVersion: number | undefined,
): Promise<AliasChange> {
  const { modelId, alias } = request;
  await lockModel(client, modelId);
  const entry = await newestEntry(client, modelId, alias);
  if (entry === undefined) {
    throw aliasUnset(modelId, alias, "");
  }
  const reason = request.reason || `Back from version ${entry.version}`;
  const change = { ...request, reason, version: entry.previous_version };
  return changeAlias(client, change, expectedVersion);
}

/** Finds the version that has or had an alias. @param atTime - RFC 3339; undefined means now. */
export async function readAlias(
  client: Queryable,
  modelId: string,
  alias: AliasName,
  atTime: string | undefined,
): Promise<number | undefined> {
  const values = [TENANT_ID, modelId, alias, atTime ?? null];
  const { rows } = await client.query<{ readonly version: number }>(SELECT_AT, values);
  return rows[0]?.version || undefined;
}

/** Lists entries of the log, newest first. */
export async function readAliasChanges(
  client: Queryable,
  modelId: string,
  limit: number,
  beforeTime: string | undefined,
): Promise<readonly AliasChange[]> {
  const values = [TENANT_ID, modelId, beforeTime ?? null, limit];
  const { rows } = await client.query<AliasRow>(SELECT_PAGE, values);
  return rows.map(fromRow);
}

async function newestEntry(
  client: Queryable,
  modelId: string,
  alias: AliasName,
): Promise<AliasRow | undefined> {
  const { rows } = await client.query<AliasRow>(SELECT_NEWEST, [TENANT_ID, modelId, alias]);
  return rows[0];
}

function aliasChanged(alias: AliasName, current: number): AppError {
  const holder = current === 0 ? "no version" : `version ${current}`;
  return new AppError(
    "failed-precondition",
    "ALIAS_CHANGED",
    `Meanwhile ${holder} is ${alias}. Look again before changing it.`,
    { metadata: { version: String(current) } },
  );
}

function fromRow(row: AliasRow): AliasChange {
  return {
    modelId: row.model_id,
    alias: row.alias,
    version: row.version,
    previousVersion: row.previous_version,
    actor: row.actor,
    reason: row.reason,
    evidence: row.evidence,
    createTime: row.create_time,
  };
}
