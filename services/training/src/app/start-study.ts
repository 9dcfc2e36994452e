import { AppError } from "@portfolio/platform/app-error";
import { skillMeasure } from "../domain/daily-skill.ts";
import { overfittingRisk } from "../domain/overfitting.ts";
import type { Study, StudyParameter, Trial } from "../domain/study.ts";
import { requireHistory } from "../domain/training-size.ts";
import type { DatasetReference, TrainingSpec } from "../domain/training-spec.ts";
import type { Studies } from "../ports.ts";
import { findModel } from "./find-version.ts";
import { type Page, pageOf, readPageToken } from "./page-token.ts";
import { readTrainingPrices, requireModel, type TrainingDeps } from "./start-training.ts";

/** A study to start. */
export interface StudyDraft {
  readonly spec: TrainingSpec;
  /** Encodes the specification with another reference to its dataset. */
  readonly writeSpec: (dataset: DatasetReference) => Uint8Array;
  readonly parameters: readonly StudyParameter[];
  readonly trialCountMax: number;
  readonly parallelCount: number;
  /** Marks repetitions of one start. Empty means none. */
  readonly requestId: string;
}

/** What studies are started with. */
export interface StudyDeps extends TrainingDeps {
  readonly studies: Studies;
  /** Makes an identifier: a UUID of version 7. */
  readonly newId: () => string;
}

/** Share of the days that trials see. */
const TRIAL_SHARE = 0.7;

/**
 * Checks a study and pins its dataset. Its trials are started by `lookAfterStudies`.
 *
 * @throws {AppError} Those of `startTraining`.
 */
export async function startStudy(
  { prices, registry, studies, newId }: StudyDeps,
  draft: StudyDraft,
  signal: AbortSignal,
): Promise<Study> {
  const { spec, parameters, trialCountMax, parallelCount } = draft;
  await requireModel(registry, spec);
  const { dataset, dates, closes } = await readTrainingPrices(prices, spec, signal);
  const trialDays = Math.floor(TRIAL_SHARE * dates.length);
  const { cols, values } = closes;
  // What the trials see must be enough by itself.
  requireHistory(spec, {
    closes: { rows: trialDays, cols, values: values.subarray(0, trialDays * cols) },
  });
  const study: Study = {
    id: newId(),
    modelId: spec.modelId,
    spec: draft.writeSpec(dataset),
    ...{ parameters, trialCountMax, parallelCount, trialDays },
    seed: spec.seed,
    trialEndDate: dates[trialDays - 1] ?? "",
    trainingJobId: undefined,
    isDone: false,
    createTime: "",
  };
  return studies.add(study, spec.target, draft.requestId);
}

/** A study, its trials, and whether the best of them is best by luck. */
export interface StudyReport {
  readonly study: Study;
  readonly trials: readonly Trial[];
  readonly overfittingProbability: number | undefined;
}

/** Finds a study and its trials. @throws {AppError} `STUDY_UNKNOWN`. */
export async function findStudy(
  { studies, registry }: Pick<StudyDeps, "studies" | "registry">,
  id: string,
): Promise<StudyReport> {
  const study = await studies.find(id);
  if (study === undefined) {
    throw new AppError("not-found", "STUDY_UNKNOWN", `There is no study ${id}.`, {
      violations: [{ field: "id", description: "names no study" }],
    });
  }
  const [trials, skills, model] = await Promise.all([
    studies.listTrials(id),
    studies.listSkills(id),
    findModel(registry, study.modelId),
  ]);
  const risk = overfittingRisk(skills, skillMeasure(model.target));
  return { study, trials, overfittingProbability: risk?.probability };
}

/** Lists studies, newest first. @throws {AppError} `PAGE_TOKEN_INVALID`. */
export async function listStudies(
  { studies }: Pick<StudyDeps, "studies">,
  pageSize: number,
  pageToken: string,
): Promise<Page<Study>> {
  const found = await studies.list(pageSize + 1, readPageToken("ids", pageToken));
  return pageOf(found, pageSize, ({ id }) => id);
}
