import type { Job } from "@portfolio/platform/jobs/job";
import type { Version } from "../domain/model-version.ts";
import { findVersion } from "./find-version.ts";
import { startTraining, type TrainingDeps, type TrainingDraft } from "./start-training.ts";

/** What a champion is trained anew with. */
export interface RetrainingDeps extends TrainingDeps {
  /** States a version's specification on the newest prices. */
  readonly retrainingDraft: (version: Version, requestId: string) => TrainingDraft;
}

/**
 * Starts training the champion's specification on the newest prices, once per request identifier.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `ALIAS_UNSET`, and those of `startTraining`.
 */
export async function retrainChampion(
  deps: RetrainingDeps,
  modelId: string,
  requestId: string,
): Promise<Job> {
  const name = { kind: "alias", alias: "champion", atTime: "" } as const;
  const { version } = await findVersion(deps.registry, modelId, name);
  const draft = deps.retrainingDraft(version, requestId);
  return startTraining(deps, draft, new AbortController().signal);
}
