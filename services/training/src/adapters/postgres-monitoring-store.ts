import { recordEvent } from "@portfolio/platform/events/record-event";
import type { Queryable } from "@portfolio/platform/postgres/pool";
import {
  type AlarmAction,
  DEFAULT_POLICY,
  type DriftAlarm,
  type MonitoringPolicy,
} from "../domain/monitoring-policy.ts";
import type { DriftFindings } from "../domain/watch-drift.ts";
import type { DriftLook, MonitoringStore } from "../ports.ts";
import { TENANT_ID } from "./model-rows.ts";

const SELECT_POLICY = `
  select run_length_days, retrain, cooldown_days, retrainings_per_quarter, fall_back_to_baseline,
    false_share
  from training.monitoring_policy where tenant_id = $1 and model_id = $2`;

const UPSERT_POLICY = `
  insert into training.monitoring_policy (tenant_id, model_id, run_length_days, retrain,
    cooldown_days, retrainings_per_quarter, fall_back_to_baseline, false_share)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (tenant_id, model_id) do update set run_length_days = excluded.run_length_days,
    retrain = excluded.retrain, cooldown_days = excluded.cooldown_days,
    retrainings_per_quarter = excluded.retrainings_per_quarter,
    fall_back_to_baseline = excluded.fall_back_to_baseline, false_share = excluded.false_share`;

const SELECT_REPORT = `
  select findings, create_time from training.drift_report
  where tenant_id = $1 and model_id = $2 and number = $3`;

const UPSERT_REPORT = `
  insert into training.drift_report (tenant_id, model_id, number, findings)
  values ($1, $2, $3, $4)
  on conflict (tenant_id, model_id, number)
  do update set findings = excluded.findings, create_time = now()`;

const INSERT_ALARM = `
  insert into training.drift_alarm (tenant_id, model_id, number, alarm_date, statistic, threshold)
  values ($1, $2, $3, $4, $5, $6)
  on conflict do nothing
  returning 1 as added`;

const ALARM_COLUMNS = `model_id, number, alarm_date, statistic, threshold, action, job_id,
  create_time`;

const SELECT_ALARMS = `
  select ${ALARM_COLUMNS} from training.drift_alarm
  where tenant_id = $1 and model_id = $2
  order by create_time desc, alarm_date desc limit $3`;

const SELECT_OPEN = `
  select ${ALARM_COLUMNS} from training.drift_alarm
  where tenant_id = $1 and (action is null or action = 'retraining')
  order by create_time, alarm_date`;

const UPDATE_ALARM = `
  update training.drift_alarm set action = $5, job_id = coalesce($6, job_id)
  where tenant_id = $1 and model_id = $2 and number = $3 and alarm_date = $4`;

interface PolicyRow {
  readonly run_length_days: number;
  readonly retrain: boolean;
  readonly cooldown_days: number;
  readonly retrainings_per_quarter: number;
  readonly fall_back_to_baseline: boolean;
  readonly false_share: number;
}

interface AlarmRow {
  readonly model_id: string;
  readonly number: number;
  readonly alarm_date: string;
  readonly statistic: number;
  readonly threshold: number;
  readonly action: AlarmAction | null;
  readonly job_id: string | null;
  readonly create_time: string;
}

/** Keeps what was seen of models in the schema `training`. */
export class PostgresMonitoringStore implements MonitoringStore {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  async findPolicy(modelId: string): Promise<MonitoringPolicy> {
    const { rows } = await this.#pool.query<PolicyRow>(SELECT_POLICY, [TENANT_ID, modelId]);
    return rows[0] === undefined ? DEFAULT_POLICY : policyFromRow(rows[0]);
  }

  async setPolicy(modelId: string, policy: MonitoringPolicy): Promise<void> {
    await this.#pool.query(UPSERT_POLICY, [
      ...[TENANT_ID, modelId, policy.runLengthDays, policy.retrain, policy.cooldownDays],
      ...[policy.retrainingsPerQuarter, policy.fallBackToBaseline, policy.falseShare],
    ]);
  }

  async findLook(modelId: string, version: number): Promise<DriftLook | undefined> {
    const values = [TENANT_ID, modelId, version];
    const { rows } = await this.#pool.query<{
      readonly findings: DriftFindings;
      readonly create_time: string;
    }>(SELECT_REPORT, values);
    return rows[0] && { findings: rows[0].findings, createTime: rows[0].create_time };
  }

  async listAlarms(modelId: string, limit: number): Promise<readonly DriftAlarm[]> {
    const values = [TENANT_ID, modelId, limit];
    const { rows } = await this.#pool.query<AlarmRow>(SELECT_ALARMS, values);
    return rows.map(alarmFromRow);
  }

  async listOpenAlarms(): Promise<readonly DriftAlarm[]> {
    const { rows } = await this.#pool.query<AlarmRow>(SELECT_OPEN, [TENANT_ID]);
    return rows.map(alarmFromRow);
  }

  async answerAlarm(
    { modelId, version, date }: DriftAlarm,
    action: AlarmAction,
    jobId?: string,
  ): Promise<void> {
    const values = [TENANT_ID, modelId, version, date, action, jobId ?? null];
    await this.#pool.query(UPDATE_ALARM, values);
  }
}

/**
 * Stores what was seen of a version within a transaction, with its alarms. Each new one is recorded as
 * `drift.alarmed`.
 */
export async function storeLook(
  client: Queryable,
  modelId: string,
  version: number,
  findings: DriftFindings,
): Promise<void> {
  const key = [TENANT_ID, modelId, version];
  await client.query(UPSERT_REPORT, [...key, JSON.stringify(findings)]);
  const { alarmDates, dates, statistics, threshold } = findings.loss;
  for (const date of alarmDates) {
    const statistic = statistics[dates.indexOf(date)] ?? threshold;
    const { rows } = await client.query(INSERT_ALARM, [...key, date, statistic, threshold]);
    if (rows.length > 0) {
      const value = { modelId, version: BigInt(version), layer: "loss", statistic, threshold };
      await recordEvent(client, { case: "driftAlarmed", value });
    }
  }
}

function policyFromRow(row: PolicyRow): MonitoringPolicy {
  return {
    runLengthDays: row.run_length_days,
    retrain: row.retrain,
    cooldownDays: row.cooldown_days,
    retrainingsPerQuarter: row.retrainings_per_quarter,
    fallBackToBaseline: row.fall_back_to_baseline,
    falseShare: row.false_share,
  };
}

function alarmFromRow(row: AlarmRow): DriftAlarm {
  return {
    modelId: row.model_id,
    version: row.number,
    date: row.alarm_date,
    statistic: row.statistic,
    threshold: row.threshold,
    action: row.action ?? undefined,
    jobId: row.job_id ?? undefined,
    createTime: row.create_time,
  };
}
