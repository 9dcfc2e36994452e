import { createHash } from "node:crypto";
import { PRICE_FEATURES_VERSION } from "@portfolio/learning";
import type { JobKind } from "@portfolio/platform/jobs/job-kind";
import { workerFile } from "@portfolio/platform/worker-pool";
import type { Lineage, VersionDraft } from "../domain/model-version.ts";
import type { TrainingSpec } from "../domain/training-spec.ts";
import type { TrainingTask } from "../domain/training-task.ts";
import { storeVersion } from "./store-version.ts";
import type { TrainingResult } from "./training-process.ts";

const MEMORY_MAX_MB = 1024;

/** How a worker turns an encoded specification into a task. */
export interface TrainingWork {
  /** @throws {AppError} Those of reading prices and versions. */
  readonly prepare: (payload: Uint8Array, signal: AbortSignal) => Promise<TrainingTask>;
  readonly readSpec: (payload: Uint8Array) => TrainingSpec;
  readonly title: (spec: TrainingSpec) => string;
  readonly codeVersion: (spec: TrainingSpec) => string;
}

/** Where trainings run, and who hears of them. */
export interface TrainingProcess {
  /** What is other than for jobs that compute natively. */
  readonly process: Partial<Pick<JobKind, "memoryMaxMb" | "nativeMemoryMaxMb" | "environment">>;
  /** Called when the version is stored. */
  readonly onTrained: ((result: TrainingResult) => void) | undefined;
}

/** The jobs that train a version. The payload is the encoded specification, its dataset pinned. */
export function trainingKind(work: TrainingWork, { process, onTrained }: TrainingProcess): JobKind {
  return {
    name: "training",
    file: workerFile("./training-process", import.meta.url),
    memoryMaxMb: MEMORY_MAX_MB,
    ...process,
    prepare: ({ payload }, signal) => work.prepare(payload, signal),
    saveResult: async (client, { payload, jobId }, result) => {
      const draft = versionDraft(work, payload, jobId, result as TrainingResult);
      const { modelId, number } = await storeVersion(client, draft);
      return `models/${modelId}/versions/${number}`;
    },
    onSaved: (result) => onTrained?.(result as TrainingResult),
  };
}

/** States the version that a training made. */
export function versionDraft(
  work: TrainingWork,
  payload: Uint8Array,
  jobId: string,
  result: TrainingResult,
): VersionDraft {
  const spec = work.readSpec(payload);
  const { artifact, metrics, series, replay, startDate, endDate } = result;
  return {
    modelId: spec.modelId,
    target: spec.target,
    title: work.title(spec),
    spec: payload,
    lineage: {
      dataset: spec.dataset,
      contentHash: result.contentHash,
      startDate,
      endDate,
      featureVersion: PRICE_FEATURES_VERSION,
      codeVersion: work.codeVersion(spec),
      specHash: createHash("sha256").update(payload).digest("hex"),
      artifactHash: result.artifactHash,
      ...computerOf(result),
      parents: spec.learner.kind === "combination" ? spec.learner.versions : [],
    },
    stage: "validated",
    ...{ metrics, series, artifact, replay, jobId },
  };
}

/** Names what took the steps of a training, joined where there were several. */
function computerOf({ computedBy }: TrainingResult): Pick<Lineage, "backend" | "device"> {
  const join = (names: readonly string[]) => [...new Set(names)].join(", ");
  return {
    backend: join(computedBy.map(({ id }) => id)),
    device: join(computedBy.map(({ device }) => device)),
  };
}
