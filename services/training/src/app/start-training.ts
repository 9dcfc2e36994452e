import { AppError } from "@portfolio/platform/app-error";
import type { Job, JobPriority } from "@portfolio/platform/jobs/job";
import type { Jobs } from "@portfolio/platform/jobs/jobs";
import type { PriceHistory, PriceTable } from "@portfolio/platform/prices/price-history";
import { modelUnknown, targetMismatch, versionUnknown } from "../domain/registry-errors.ts";
import { requireHistory } from "../domain/training-size.ts";
import type { DatasetReference, TrainingSpec } from "../domain/training-spec.ts";
import type { ModelRegistry } from "../ports.ts";
import { learnerTitle } from "./training-text.ts";

/** A training to start. */
export interface TrainingDraft {
  readonly spec: TrainingSpec;
  /** Encodes the specification with another reference to its dataset. */
  readonly writeSpec: (dataset: DatasetReference) => Uint8Array;
  /** Marks repetitions of one start. Empty means none. */
  readonly requestId: string;
  readonly priority: JobPriority;
}

/** What trainings are started with. */
export interface TrainingDeps {
  readonly prices: PriceHistory;
  readonly registry: ModelRegistry;
  readonly jobs: Pick<Jobs, "enqueue">;
}

/**
 * Checks a training, pins its dataset and starts its job, once per request identifier.
 *
 * @throws {AppError} Those of `readTrainingPrices` and `requireModel`. `REQUEST_ID_REUSED`.
 */
export async function startTraining(
  deps: TrainingDeps,
  draft: TrainingDraft,
  signal: AbortSignal,
): Promise<Job> {
  const { spec } = draft;
  await requireModel(deps.registry, spec);
  const { dataset } = await readTrainingPrices(deps.prices, spec, signal);
  return enqueueTraining(deps.jobs, draft, dataset);
}

/** Makes the job of a training that was checked. @throws {AppError} `REQUEST_ID_REUSED`. */
export function enqueueTraining(
  jobs: TrainingDeps["jobs"],
  { spec, writeSpec, requestId, priority }: TrainingDraft,
  dataset: DatasetReference,
): Promise<Job> {
  return jobs.enqueue({
    kind: "training",
    payload: writeSpec(dataset),
    idempotencyKey: requestId,
    title: `${learnerTitle(spec.learner)} for ${spec.modelId}`,
    ownerReference: `models/${spec.modelId}`,
    priority,
  });
}

/**
 * Reads every close of a training's symbols.
 *
 * @throws {AppError} Those of `PriceHistory.allCloses`, with fields below `spec`, and
 *   `HISTORY_TOO_SHORT`, `TRAINING_TOO_LARGE`.
 */
export async function readTrainingPrices(
  prices: PriceHistory,
  spec: TrainingSpec,
  signal: AbortSignal,
): Promise<PriceTable> {
  const table = await prices.allCloses(spec.symbols, spec, signal).catch((error: unknown) => {
    throw below("spec", error);
  });
  requireHistory(spec, table);
  return table;
}

/** @throws {AppError} `MODEL_TARGET_MISMATCH`, and of a combination `MODEL_UNKNOWN`, `VERSION_UNKNOWN`. */
export async function requireModel(registry: ModelRegistry, spec: TrainingSpec): Promise<void> {
  const { modelId, target, learner } = spec;
  const model = await registry.findModel(modelId);
  if (model !== undefined && !isSameTarget(model.target, target)) {
    throw targetMismatch(modelId);
  }
  if (learner.kind !== "combination") {
    return;
  }
  if (model === undefined) {
    throw modelUnknown(modelId);
  }
  for (const number of learner.versions) {
    if ((await registry.findVersion(modelId, number)) === undefined) {
      throw versionUnknown(modelId, number);
    }
  }
}

function isSameTarget(one: TrainingSpec["target"], other: TrainingSpec["target"]): boolean {
  const probabilityOf = (target: TrainingSpec["target"]) =>
    target.kind === "quantile" ? target.probability : 0;
  return (
    one.kind === other.kind &&
    one.horizonDays === other.horizonDays &&
    probabilityOf(one) === probabilityOf(other)
  );
}

/** Lets violations of an error point below a field. */
function below(field: string, error: unknown): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const { kind, reason, message, metadata } = error;
  const violations = error.violations.map((violation) => ({
    ...violation,
    field: `${field}.${violation.field}`,
  }));
  return new AppError(kind, reason, message, { violations, metadata, cause: error });
}
