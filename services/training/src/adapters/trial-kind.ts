import type { JobKind } from "@portfolio/platform/jobs/job-kind";
import { workerFile } from "@portfolio/platform/worker-pool";
import type { TrialResult } from "../domain/trial-result.ts";
import { storeTrialResult } from "./postgres-studies.ts";
import type { TrainingProcess, TrainingWork } from "./training-kind.ts";

const MEMORY_MAX_MB = 1024;

interface TrialPayload {
  readonly studyId: string;
  readonly number: number;
  readonly rung: number;
  /** The encoded specification, in base64. */
  readonly spec: string;
}

/** The jobs that test parameters of a study. */
export function trialKind(
  work: TrainingWork,
  { process }: Pick<TrainingProcess, "process">,
): JobKind {
  return {
    name: "trial",
    file: workerFile("./trial-process", import.meta.url),
    memoryMaxMb: MEMORY_MAX_MB,
    ...process,
    prepare: ({ payload }, signal) =>
      work.prepare(Buffer.from(readPayload(payload).spec, "base64"), signal),
    saveResult: async (client, { payload }, result) => {
      const trial = readPayload(payload);
      await storeTrialResult(client, trial, result as TrialResult);
      return `studies/${trial.studyId}`;
    },
  };
}

function readPayload(payload: Uint8Array): TrialPayload {
  return JSON.parse(Buffer.from(payload).toString("utf8"));
}
