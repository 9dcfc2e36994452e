import type { AliasName, Lineage, Metric, Model, Stage, Version } from "../domain/model-version.ts";
import type { Target } from "../domain/training-spec.ts";

/** Everybody is one tenant until callers are told apart. */
export const TENANT_ID = "default";

/** Columns of `training.model` with the aliases that are given away now. */
export const MODEL_COLUMNS = `m.id, m.target_kind, m.horizon_days, m.probability, m.description,
  m.latest_version, m.trial_count, m.create_time,
  coalesce((
    select json_agg(json_build_object('name', a.alias, 'version', a.version, 'since', a.create_time)
      order by a.alias)
    from (
      select distinct on (alias) alias, version, create_time
      from training.alias_change c
      where c.tenant_id = m.tenant_id and c.model_id = m.id
      order by alias, sequence desc
    ) a
    where a.version > 0
  ), '[]') as aliases`;

/** A row of `MODEL_COLUMNS`. */
export interface ModelRow {
  readonly id: string;
  readonly target_kind: Target["kind"];
  readonly horizon_days: number;
  readonly probability: number;
  readonly description: string;
  readonly latest_version: number;
  readonly trial_count: number;
  readonly create_time: string;
  readonly aliases: readonly { readonly name: AliasName; version: number; since: string }[];
}

/** Columns of `training.version`. */
export const VERSION_COLUMNS = `model_id, number, title, spec, lineage, artifact_bytes, stage,
  metric_name, metric_value, metric_error, metric_fold, job_id, create_time`;

/** A row of `VERSION_COLUMNS`. */
export interface VersionRow {
  readonly model_id: string;
  readonly number: number;
  readonly title: string;
  readonly spec: Uint8Array;
  readonly lineage: Lineage;
  readonly artifact_bytes: number;
  readonly stage: Stage;
  readonly metric_name: readonly string[];
  readonly metric_value: readonly number[];
  readonly metric_error: readonly number[];
  readonly metric_fold: readonly number[];
  readonly job_id: string | null;
  readonly create_time: string;
}

export function modelFromRow(row: ModelRow): Model {
  const { target_kind: kind, horizon_days: horizonDays, probability } = row;
  return {
    id: row.id,
    target: kind === "quantile" ? { kind, horizonDays, probability } : { kind, horizonDays },
    description: row.description,
    aliases: row.aliases.map(({ name, version, since }) => ({
      name,
      version,
      // JSON writes times with an offset; the session's zone is UTC.
      since: since.replace(/\+00:00$/, "Z"),
    })),
    latestVersion: row.latest_version,
    trialCount: row.trial_count,
    createTime: row.create_time,
  };
}

export function versionFromRow(row: VersionRow): Version {
  return {
    modelId: row.model_id,
    number: row.number,
    title: row.title,
    spec: row.spec,
    lineage: row.lineage,
    stage: row.stage,
    metrics: row.metric_name.map((name, k) => metricOf(row, name, k)),
    artifactBytes: row.artifact_bytes,
    jobId: row.job_id ?? undefined,
    createTime: row.create_time,
  };
}

function metricOf(row: VersionRow, name: string, k: number): Metric {
  const error = row.metric_error[k];
  return {
    name,
    value: row.metric_value[k] ?? Number.NaN,
    standardError: Number.isNaN(error) ? undefined : error,
    fold: row.metric_fold[k] ?? 0,
  };
}
