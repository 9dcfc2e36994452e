import { AppError } from "@portfolio/platform/app-error";
import { FINAL_STATES, type Job } from "@portfolio/platform/jobs/job";
import type { Jobs } from "@portfolio/platform/jobs/jobs";
import type { Model } from "../domain/model-version.ts";
import { actionOn, type DriftAlarm, type MonitoringPolicy } from "../domain/monitoring-policy.ts";
import type { MonitoringStore } from "../ports.ts";
import { type ExperimentDeps, startExperiment } from "./experiments.ts";
import { type RetrainingDeps, retrainChampion } from "./retrain-champion.ts";

/** What alarms are answered with. */
export interface AlarmDeps extends RetrainingDeps, ExperimentDeps {
  readonly jobs: Pick<Jobs, "enqueue" | "find">;
  readonly monitoring: MonitoringStore;
  /** RFC 3339. */
  readonly now: () => string;
}

const ACTOR = "drift";
const ALARMS_MAX = 100;
/** Kinds of failure that pass: the alarm is answered later. */
const PASSING: readonly string[] = ["unavailable", "deadline-exceeded", "resource-exhausted"];

/**
 * Answers alarms of losses as the policies of their models say: falls back to the baseline, trains the
 * champion anew, and lets what came of that challenge it in the shadow. Processes that do so at once
 * come to the same.
 *
 * @throws {AppError} Failures that pass.
 */
export async function answerAlarms(deps: AlarmDeps): Promise<void> {
  for (const alarm of await deps.monitoring.listOpenAlarms()) {
    await (alarm.action === undefined ? decide(deps, alarm) : finishRetraining(deps, alarm));
  }
}

async function decide(deps: AlarmDeps, alarm: DriftAlarm): Promise<void> {
  const { monitoring, registry } = deps;
  const { modelId, version } = alarm;
  const policy = await monitoring.findPolicy(modelId);
  const model = await registry.findModel(modelId);
  if (model === undefined || holderOf(model, "champion") !== version) {
    await monitoring.answerAlarm(alarm, "none");
    return;
  }
  const alarms = await monitoring.listAlarms(modelId, ALARMS_MAX);
  const earlier = alarms.filter(
    ({ action }) => action === "retraining" || action === "challenging",
  );
  const times = earlier.map(({ createTime }) => createTime);
  const action = actionOn(policy, times, deps.now());
  // Of the champion's specification, so before another version takes its place.
  const job = action === "retraining" ? await retrain(deps, alarm) : undefined;
  await fallBack(deps, model, alarm, policy);
  await monitoring.answerAlarm(alarm, action === "retraining" && !job ? "none" : action, job?.id);
}

/** Starts the training. @returns Nothing when the specification cannot be trained any more. */
async function retrain(deps: AlarmDeps, alarm: DriftAlarm): Promise<Job | undefined> {
  const { modelId, version, date } = alarm;
  try {
    return await retrainChampion(deps, modelId, `drift:${version}:${date}:${modelId}`);
  } catch (error) {
    if (error instanceof AppError && !PASSING.includes(error.kind)) {
      return undefined;
    }
    throw error;
  }
}

/** Makes the baseline champion, if the policy says so and no challenger is known to be better. */
async function fallBack(
  { registry, experiments }: AlarmDeps,
  model: Model,
  { modelId, version, date, statistic, threshold }: DriftAlarm,
  { fallBackToBaseline }: MonitoringPolicy,
): Promise<void> {
  const baseline = holderOf(model, "baseline");
  if (!fallBackToBaseline || baseline === undefined || baseline === version) {
    return;
  }
  const compared = await experiments.list(modelId, ALARMS_MAX, undefined);
  const isBeaten = compared.some(
    ({ rules, state }) => rules.championVersion === version && state === "better",
  );
  if (isBeaten) {
    return;
  }
  const figures = `${statistic.toPrecision(3)}, over ${threshold.toPrecision(3)}`;
  const reason = `The losses of version ${version} rose: evidence of ${figures} on ${date}.`;
  const evidence = `models/${modelId}/versions/${version}/alarms/${date}`;
  const change = { modelId, actor: ACTOR, reason, evidence };
  await ignoring(["ALIAS_CHANGED", "STAGE_UNSUITABLE"], () =>
    registry.setAlias({ ...change, alias: "champion", version: baseline }, version),
  );
}

async function finishRetraining(deps: AlarmDeps, alarm: DriftAlarm): Promise<void> {
  const job = alarm.jobId === undefined ? undefined : await deps.jobs.find(alarm.jobId);
  if (job !== undefined && !FINAL_STATES.has(job.state)) {
    return;
  }
  if (job?.state !== "succeeded") {
    await deps.monitoring.answerAlarm(alarm, "none");
    return;
  }
  await challenge(deps, alarm, Number(job.resultReference.split("/").at(-1)));
  await deps.monitoring.answerAlarm(alarm, "challenging");
}

/** Lets a new version challenge the champion in the shadow. */
async function challenge(
  deps: AlarmDeps,
  { modelId, version, date }: DriftAlarm,
  number: number,
): Promise<void> {
  const { registry } = deps;
  const reason = `Trained anew after the alarm of version ${version} on ${date}.`;
  const evidence = `models/${modelId}/versions/${version}/alarms/${date}`;
  const change = {
    modelId,
    alias: "challenger",
    version: number,
    actor: ACTOR,
    reason,
    evidence,
  } as const;
  await ignoring(["STAGE_UNSUITABLE"], () => registry.setAlias(change, undefined));
  await ignoring(
    ["EXPERIMENT_RUNNING", "EXPERIMENT_WITHOUT_DAYS", "EXPERIMENT_VERSIONS_SAME", "ALIAS_UNSET"],
    () =>
      startExperiment(deps, {
        ...{ modelId, championVersion: 0, challengerVersion: number },
        ...{ level: 0, armCount: 0, effectMin: 0, daysMax: 0, canaryShare: 0 },
        ...{ autoPromote: false, guards: [] },
      }),
  );
}

/** Does something that others may have done or made impossible meanwhile. */
async function ignoring(reasons: readonly string[], work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError && reasons.includes(error.reason))) {
      throw error;
    }
  }
}

function holderOf({ aliases }: Model, alias: "champion" | "baseline"): number | undefined {
  return aliases.find(({ name }) => name === alias)?.version;
}
