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
 * Takes the next step of each study that is not done. Processes that do so at once make the same jobs:
 * each has its own idempotency key.
 */
export async function lookAfterStudies(deps: StudyCareDeps): Promise<void> {
  for (const study of await deps.studies.listOpen()) {
    const trials = await withoutFailed(deps, study.id, await deps.studies.listTrials(study.id));
    const step = nextStep(study, trials);
    switch (step.kind) {
      case "wait":
        break;
      case "start":
        await startTrials(deps, study, trials, step.numbers);
        break;
      case "promote":
        await promoteTrials(deps, study, step.promoted, step.pruned);
        break;
      case "finish":
        await finishStudy(deps, study, trials, step.best);
        break;
    }
  }
}

/** Ends the trials whose jobs have failed. */
async function withoutFailed(
  { studies, jobs }: StudyCareDeps,
  id: string,
  trials: readonly Trial[],
): Promise<readonly Trial[]> {
  const running = trials.filter(({ state }) => state === "running");
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

async function startTrials(
  deps: StudyCareDeps,
  study: Study,
  trials: readonly Trial[],
  numbers: readonly number[],
): Promise<void> {
  const known = searchedTrials(trials);
  for (const number of numbers) {
    const values = sampleTrial(study.parameters, known, study.seed, number);
    const jobId = await enqueueTrial(deps, study, { number, values }, 0);
    await deps.studies.addTrial(study.id, number, values, jobId);
  }
}

async function promoteTrials(
  deps: StudyCareDeps,
  study: Study,
  promoted: readonly Trial[],
  pruned: readonly Trial[],
): Promise<void> {
  for (const trial of pruned) {
    await deps.studies.endTrial(study.id, trial.number, "pruned");
  }
  for (const trial of promoted) {
    const jobId = await enqueueTrial(deps, study, trial, 1);
    await deps.studies.promoteTrial(study.id, trial.number, jobId);
  }
}

async function enqueueTrial(
  { jobs, writeSpec }: StudyCareDeps,
  study: Study,
  { number, values }: Pick<Trial, "number" | "values">,
  rung: 0 | 1,
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
