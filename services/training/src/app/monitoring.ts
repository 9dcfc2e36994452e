import { AppError } from "@portfolio/platform/app-error";
import type { Job } from "@portfolio/platform/jobs/job";
import type { Jobs } from "@portfolio/platform/jobs/jobs";
import type { Version } from "../domain/model-version.ts";
import type { DriftAlarm, MonitoringPolicy } from "../domain/monitoring-policy.ts";
import { DEFAULT_POLICY } from "../domain/monitoring-policy.ts";
import type { DriftLook, ModelRegistry, MonitoringStore } from "../ports.ts";
import { findModel, findVersion } from "./find-version.ts";

/** What models are watched with. */
export interface MonitoringDeps {
  readonly registry: ModelRegistry;
  readonly monitoring: MonitoringStore;
  readonly jobs: Pick<Jobs, "enqueue">;
}

/** What a job that looks at a version is given. */
export interface MonitoringPayload {
  readonly modelId: string;
  readonly version: number;
}

/** What was seen of a version. */
export interface VersionLook extends DriftLook {
  readonly version: Version;
}

const ALARMS_MAX = 100;

/**
 * Starts looking at a version.
 *
 * @param number - 0 means the champion.
 * @param idempotencyKey - Marks repetitions of one start; empty means none.
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_UNSET`.
 */
export async function startMonitoring(
  { registry, jobs }: MonitoringDeps,
  modelId: string,
  number: number,
  idempotencyKey: string,
): Promise<Job> {
  const version = await versionOf(registry, modelId, number);
  const payload: MonitoringPayload = { modelId, version: version.number };
  return jobs.enqueue({
    kind: "monitoring",
    payload: Buffer.from(JSON.stringify(payload)),
    title: `Drift of version ${version.number} of ${modelId}`,
    ownerReference: `models/${modelId}`,
    idempotencyKey,
  });
}

/**
 * Tells what was seen of a version when it was looked at last.
 *
 * @param number - 0 means the champion.
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_UNSET`, `DRIFT_UNKNOWN`.
 */
export async function getDrift(
  { registry, monitoring }: MonitoringDeps,
  modelId: string,
  number: number,
): Promise<VersionLook> {
  const version = await versionOf(registry, modelId, number);
  const look = await monitoring.findLook(modelId, version.number);
  if (look === undefined) {
    throw new AppError(
      "not-found",
      "DRIFT_UNKNOWN",
      `Nobody has looked at version ${version.number} of model ${modelId} yet. Start monitoring it.`,
      { violations: [{ field: "version", description: "was never looked at" }] },
    );
  }
  return { ...look, version };
}

/** Lists alarms of a model, newest first. @throws {AppError} `MODEL_UNKNOWN`. */
export async function listDriftAlarms(
  { registry, monitoring }: MonitoringDeps,
  modelId: string,
): Promise<readonly DriftAlarm[]> {
  await findModel(registry, modelId);
  return monitoring.listAlarms(modelId, ALARMS_MAX);
}

/** Tells how a model is watched. @throws {AppError} `MODEL_UNKNOWN`. */
export async function getMonitoringPolicy(
  { registry, monitoring }: MonitoringDeps,
  modelId: string,
): Promise<MonitoringPolicy> {
  await findModel(registry, modelId);
  return monitoring.findPolicy(modelId);
}

/**
 * Sets how a model is watched.
 *
 * @param policy - 0 stands for what is usual.
 * @throws {AppError} `MODEL_UNKNOWN`.
 */
export async function setMonitoringPolicy(
  { registry, monitoring }: MonitoringDeps,
  modelId: string,
  policy: MonitoringPolicy,
): Promise<MonitoringPolicy> {
  await findModel(registry, modelId);
  const filled = {
    ...policy,
    runLengthDays: policy.runLengthDays || DEFAULT_POLICY.runLengthDays,
    cooldownDays: policy.cooldownDays || DEFAULT_POLICY.cooldownDays,
    retrainingsPerQuarter: policy.retrainingsPerQuarter || DEFAULT_POLICY.retrainingsPerQuarter,
    falseShare: policy.falseShare || DEFAULT_POLICY.falseShare,
  };
  await monitoring.setPolicy(modelId, filled);
  return filled;
}

async function versionOf(
  registry: ModelRegistry,
  modelId: string,
  number: number,
): Promise<Version> {
  const name =
    number > 0
      ? ({ kind: "number", number } as const)
      : ({ kind: "alias", alias: "champion", atTime: "" } as const);
  return (await findVersion(registry, modelId, name)).version;
}
