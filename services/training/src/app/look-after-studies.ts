import { sampleTrial } from "@portfolio/learning";
import { FINAL_STATES } from "@portfolio/platform/jobs/job";
import type { Jobs } from "@portfolio/platform/jobs/jobs";
import { nextStep, type Study, searchedTrials, type Trial } from "../domain/study.ts";
import type { Studies } from "../ports.ts";

/** What studies are looked after with. */
export interface StudyCareDeps {
  readonly studies: Studies;
  readonly jobs: Pick<Jobs, "enqueue" | "findMany">;
  /** Encodes the specification of a trial, or of the training with the best parameters. */
  readonly writeSpec: (
    study: Study,
    values: readonly number[],
    rung: 0 | 1 | "training",
  ) => Uint8Array;
}

/**
 * Takes the next step of each study that is not done. What a trial does is kept before its job is made,
 * and each job has its own idempotency key: processes that do so at once, or one after the other when
 * one has died in between, make the same jobs.
 */
export async function lookAfterStudies(deps: StudyCareDeps): Promise<void> {
  for (const study of await deps.studies.listOpen()) {
    await lookAfter(deps, study);
  }
}

async function lookAfter(deps: StudyCareDeps, study: Study): Promise<void> {
  const { studies } = deps;
  const trials = await withoutFailed(deps, study.id, await studies.listTrials(study.id));
  const { promoted, started, end } = nextStep(study, trials);
  for (const { number } of promoted) {
    await studies.promoteTrial(study.id, number);
  }
  const known = searchedTrials(trials);
  for (const number of started) {
    const values = sampleTrial(study.parameters, known, study.seed, number);
    await studies.addTrial(study.id, number, values);
  }
  for (const trial of await studies.listTrials(study.id)) {
    if (trial.jobId === "") {
      const jobId = await enqueueTrial(deps, study, trial);
      await studies.startTrial(study.id, trial.number, jobId);
    }
  }
  for (const trial of end?.pruned ?? []) {
    await studies.endTrial(study.id, trial.number, "pruned");
  }
  if (end !== undefined) {
    await finishStudy(deps, study, trials, end.best);
  }
}

/** Ends the trials whose jobs have failed. */
async function withoutFailed(
  { studies, jobs }: StudyCareDeps,
  id: string,
  trials: readonly Trial[],
): Promise<readonly Trial[]> {
  const running = trials.filter(({ state, jobId }) => state === "running" && jobId !== "");
  const found = await jobs.findMany(running.map(({ jobId }) => jobId));
  const failed = new Set(
    found
      .filter(({ state }) => FINAL_STATES.has(state) && state !== "succeeded")
      .map((job) => job.id),
  );
  const ended: Trial[] = [];
  for (const trial of trials) {
    const hasFailed = trial.state === "running" && failed.has(trial.jobId);
    if (hasFailed) {
      await studies.endTrial(id, trial.number, "failed");
    }
    ended.push(hasFailed ? { ...trial, state: "failed" } : trial);
  }
  return ended;
}

async function enqueueTrial(
  { jobs, writeSpec }: StudyCareDeps,
  study: Study,
  { number, values, rung }: Trial,
): Promise<string> {
  const spec = Buffer.from(writeSpec(study, values, rung)).toString("base64");
  const payload = JSON.stringify({ studyId: study.id, number, rung, spec });
  const job = await jobs.enqueue({
    kind: "trial",
    payload: Buffer.from(payload),
    idempotencyKey: `${study.id}/${number}/${rung}`,
    title: `Trial ${number} of ${study.modelId}, ${rung === 0 ? "first fold" : "all folds"}`,
    ownerReference: `studies/${study.id}`,
    priority: "normal",
  });
  return job.id;
}

async function finishStudy(
  { studies, jobs, writeSpec }: StudyCareDeps,
  study: Study,
  trials: readonly Trial[],
  best: Trial | undefined,
): Promise<void> {
  if (best === undefined) {
    await studies.finish(study.id, undefined);
    return;
  }
  const job = await jobs.enqueue({
    kind: "training",
    payload: writeSpec(study, best.values, "training"),
    idempotencyKey: `${study.id}/training`,
    title: `Best of ${trials.length} trials for ${study.modelId}`,
    ownerReference: `studies/${study.id}`,
    priority: "normal",
  });
  await studies.finish(study.id, job.id);
}
