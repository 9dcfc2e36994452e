import type { JobKind } from "@portfolio/platform/jobs/job-kind";
import { workerFile } from "@portfolio/platform/worker-pool";
import { versionUnknown } from "../domain/registry-errors.ts";
import { differencesOf } from "../domain/training-differences.ts";
import type { TrainingTask } from "../domain/training-task.ts";
import { readReplay, readVersion } from "./read-version.ts";
import type { TrainingResult } from "./training-process.ts";
import { storeVerification } from "./verification-log.ts";

const MEMORY_MAX_MB = 1024;

/** How a worker turns the name of a version into the training that made it. */
export interface VerificationWork {
  /** @throws {AppError} Those of reading prices and versions. */
  readonly prepare: (payload: Uint8Array, signal: AbortSignal) => Promise<TrainingTask>;
  readonly readPayload: (payload: Uint8Array) => {
    readonly modelId: string;
    readonly number: number;
  };
}

/** The jobs that train a version again, and tell whether it has the same bits. */
export function verificationKind({ prepare, readPayload }: VerificationWork): JobKind {
  return {
    name: "verification",
    file: workerFile("./training-process", import.meta.url),
    memoryMaxMb: MEMORY_MAX_MB,
    prepare: ({ payload }, signal) => prepare(payload, signal),
    saveResult: async (client, { payload, jobId }, result) => {
      const { modelId, number } = readPayload(payload);
      const version = await readVersion(client, modelId, number);
      if (version === undefined) {
        throw versionUnknown(modelId, number);
      }
      const replay = await readReplay(client, modelId, number);
      const again = result as TrainingResult;
      const differences = differencesOf({ ...version.lineage, ...version, replay }, again);
      const { artifactHash } = again;
      await storeVerification(client, modelId, number, { jobId, differences, artifactHash });
      return `models/${modelId}/versions/${number}`;
    },
  };
}
