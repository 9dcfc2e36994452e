import { AppError } from "@portfolio/platform/app-error";
import type { Job } from "@portfolio/platform/jobs/job";
import type { DefaultRuns } from "../ports.ts";
import {
  enqueueTraining,
  readTrainingPrices,
  requireModel,
  type TrainingDeps,
  type TrainingDraft,
} from "./start-training.ts";

/** The default trainings of a model. */
export interface DefaultTrainings {
  readonly modelId: string;
  readonly drafts: readonly TrainingDraft[];
}

/** What default trainings are started with. */
export interface DefaultTrainingDeps extends TrainingDeps {
  readonly runs: DefaultRuns;
  /** Makes an identifier: a UUID of version 7. */
  readonly newId: () => string;
}

/**
 * Checks the default trainings, pins their dataset and starts a job for each.
 *
 * @throws {AppError} As `startTraining`.
 */
export async function startDefaultTrainings(
  deps: DefaultTrainingDeps,
  models: readonly DefaultTrainings[],
  requestId: string,
  signal: AbortSignal,
): Promise<readonly Job[]> {
  const drafts = models.flatMap((model) => model.drafts);
  const [first] = drafts;
  if (first === undefined) {
    throw new AppError("failed-precondition", "HISTORY_TOO_SHORT", "There is nothing to train.");
  }
  for (const { spec } of drafts) {
    await requireModel(deps.registry, spec);
  }
  // All read the same prices, so the first stands for all.
  const { dataset } = await readTrainingPrices(deps.prices, first.spec, signal);
  const started: Job[] = [];
  for (const { modelId, drafts: own } of models) {
    const jobs: Job[] = [];
    for (const [k, draft] of own.entries()) {
      const key = requestId === "" ? "" : `${requestId}/${modelId}/${k}`;
      jobs.push(await enqueueTraining(deps.jobs, { ...draft, requestId: key }, dataset));
    }
    const run = { id: deps.newId(), modelId, jobIds: jobs.map(({ id }) => id) };
    await deps.runs.add(run, requestId);
    started.push(...jobs);
  }
  return started;
}
