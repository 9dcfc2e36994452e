import { createHash } from "node:crypto";
import { AppError } from "@portfolio/platform/app-error";
import type { Queryable } from "@portfolio/platform/postgres/pool";
import type { MetricSeries, Replay, Version, VersionDraft } from "../domain/model-version.ts";
import { targetMismatch } from "../domain/registry-errors.ts";
import type { Target } from "../domain/training-spec.ts";
import { TENANT_ID, VERSION_COLUMNS, type VersionRow, versionFromRow } from "./model-rows.ts";
import { onlyRow } from "./only-row.ts";
import { lockModel } from "./read-version.ts";
import { replayColumns } from "./replay-columns.ts";

const INSERT_MODEL = `
  insert into training.model (tenant_id, id, target_kind, horizon_days, probability)
  values ($1, $2, $3, $4, $5)
  on conflict (tenant_id, id) do nothing`;

const NUMBER_VERSION = `
  update training.model set latest_version = latest_version + 1, trial_count = trial_count + 1
  where tenant_id = $1 and id = $2
    and target_kind = $3 and horizon_days = $4 and probability = $5
  returning latest_version`;

const SELECT_BY_JOB = `
  select ${VERSION_COLUMNS} from training.version where tenant_id = $1 and job_id = $2`;

const SELECT_BY_IMPORT = `
  select ${VERSION_COLUMNS} from training.version
  where tenant_id = $1 and model_id = $2 and import_hash = $3`;

const INSERT_ARTIFACT = `
  insert into training.artifact (tenant_id, hash, data) values ($1, $2, $3)
  on conflict (tenant_id, hash) do nothing`;

const INSERT_VERSION = `
  insert into training.version (tenant_id, model_id, number, title, spec, spec_hash, lineage,
    artifact_hash, artifact_bytes, stage, metric_name, metric_value, metric_error, metric_fold,
    job_id, import_hash)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
  returning ${VERSION_COLUMNS}`;

const INSERT_SERIES = `
  insert into training.metric_series (tenant_id, model_id, number, name, unit, point, value)
  values ($1, $2, $3, $4, $5, $6, $7)`;

const INSERT_REPLAY = `
  insert into training.replay (tenant_id, model_id, number, symbol, day, forecast, outcome)
  values ($1, $2, $3, $4, $5, $6, $7)`;

const ARTIFACT_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Stores a version, and its model if that is new, within a transaction. The version gets the next
 * number of its model.
 *
 * @returns The version, or the one that the same job or file has stored before.
 * @throws {AppError} `MODEL_TARGET_MISMATCH`, `ARTIFACT_TOO_LARGE`, `ARTIFACT_CORRUPT` (its hash is
 *   not that of the lineage).
 */
export async function storeVersion(client: Queryable, draft: VersionDraft): Promise<Version> {
  const hash = artifactHash(draft);
  const key = modelKey(draft.modelId, draft.target);
  await addModel(client, draft.modelId, draft.target);
  // From here on, versions of the model are stored one after the other.
  await lockModel(client, draft.modelId);
  const earlier = await earlierVersion(client, draft);
  if (earlier !== undefined) {
    return earlier;
  }
  const number = await nextNumber(client, draft.modelId, key);
  await client.query(INSERT_ARTIFACT, [TENANT_ID, hash, Buffer.from(draft.artifact)]);
  const { rows } = await client.query<VersionRow>(INSERT_VERSION, [
    ...[TENANT_ID, draft.modelId, number, draft.title, Buffer.from(draft.spec)],
    ...[Buffer.from(draft.lineage.specHash, "hex"), JSON.stringify(draft.lineage), hash],
    ...[draft.artifact.length, draft.stage],
    draft.metrics.map(({ name }) => name),
    draft.metrics.map(({ value }) => value),
    draft.metrics.map(({ standardError }) => standardError ?? Number.NaN),
    draft.metrics.map(({ fold }) => fold),
    draft.jobId ?? null,
    draft.importHash === undefined ? null : Buffer.from(draft.importHash, "hex"),
  ]);
  await storeSeries(client, draft.modelId, number, draft.series);
  if (draft.replay) {
    await storeReplay(client, draft.modelId, number, draft.replay);
  }
  return versionFromRow(onlyRow(rows));
}

/** Stores figures of a version by step or day. */
export async function storeSeries(
  client: Queryable,
  modelId: string,
  number: number,
  series: readonly MetricSeries[],
): Promise<void> {
  for (const { name, unit, points, values } of series) {
    const key = [TENANT_ID, modelId, number, name, unit];
    await client.query(INSERT_SERIES, [...key, Array.from(points), Array.from(values)]);
  }
}

async function storeReplay(
  client: Queryable,
  modelId: string,
  number: number,
  replay: Replay,
): Promise<void> {
  const { symbols, days, forecasts, outcomes } = replayColumns(replay);
  const key = [TENANT_ID, modelId, number];
  await client.query(INSERT_REPLAY, [...key, symbols, days, forecasts, outcomes]);
}

async function earlierVersion(
  client: Queryable,
  { modelId, jobId, importHash }: VersionDraft,
): Promise<Version | undefined> {
  if (jobId !== undefined) {
    const { rows } = await client.query<VersionRow>(SELECT_BY_JOB, [TENANT_ID, jobId]);
    return rows.map(versionFromRow)[0];
  }
  if (importHash !== undefined) {
    const values = [TENANT_ID, modelId, Buffer.from(importHash, "hex")];
    const { rows } = await client.query<VersionRow>(SELECT_BY_IMPORT, values);
    return rows.map(versionFromRow)[0];
  }
  return undefined;
}

function modelKey(modelId: string, target: Target): readonly unknown[] {
  const { kind, horizonDays } = target;
  return [TENANT_ID, modelId, kind, horizonDays, kind === "quantile" ? target.probability : 0];
}

/** Adds a model, if it is new. */
export async function addModel(client: Queryable, modelId: string, target: Target): Promise<void> {
  await client.query(INSERT_MODEL, [...modelKey(modelId, target)]);
}

async function nextNumber(
  client: Queryable,
  modelId: string,
  key: readonly unknown[],
): Promise<number> {
  const { rows } = await client.query<{ readonly latest_version: number }>(NUMBER_VERSION, [
    ...key,
  ]);
  const [model] = rows;
  if (model === undefined) {
    throw targetMismatch(modelId);
  }
  return model.latest_version;
}

function artifactHash({ artifact, lineage }: VersionDraft): Buffer {
  if (artifact.length > ARTIFACT_BYTES_MAX) {
    throw new AppError(
      "resource-exhausted",
      "ARTIFACT_TOO_LARGE",
      `The trained version has ${artifact.length} bytes, over ${ARTIFACT_BYTES_MAX}. Train a smaller one.`,
    );
  }
  const hash = createHash("sha256").update(artifact).digest();
  if (hash.toString("hex") !== lineage.artifactHash) {
    throw new AppError(
      "invalid-argument",
      "ARTIFACT_CORRUPT",
      "The bytes of the version are not those that its lineage names.",
    );
  }
  return hash;
}
