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

/** Days that default trainings use at most, the last ones. */
const DAYS_MAX = 4300;

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
 * Checks the default trainings, on the last 17 years or so, pins their dataset and starts a job for each.
 *
 * @throws {AppError} As `startTraining`.
 */
export async function startDefaultTrainings(
  deps: DefaultTrainingDeps,
  modelsSince: (startDate: string) => readonly DefaultTrainings[],
  requestId: string,
  signal: AbortSignal,
): Promise<readonly Job[]> {
  const [all] = modelsSince("").flatMap((model) => model.drafts);
  if (all === undefined) {
    throw new AppError("failed-precondition", "HISTORY_TOO_SHORT", "There is nothing to train.");
  }
  const { dataset, dates } = await readTrainingPrices(deps.prices, all.spec, signal);
  const models = modelsSince(dates.at(-DAYS_MAX) ?? "");
  for (const { spec } of models.flatMap((model) => model.drafts)) {
    await requireModel(deps.registry, spec);
  }
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
