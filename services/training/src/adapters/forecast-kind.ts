import type { JobKind } from "@portfolio/platform/jobs/job-kind";
import { workerFile } from "@portfolio/platform/worker-pool";
import type { DaysOutcome, DaysTask } from "../domain/forecast-days.ts";
import { storeForecasts } from "./postgres-forecast-store.ts";

const MEMORY_MAX_MB = 1024;

/** The jobs that forecast the days since the last. */
export function forecastKind(
  prepare: (payload: Uint8Array, signal: AbortSignal) => Promise<readonly DaysTask[]>,
): JobKind {
  return {
    name: "forecast",
    file: workerFile("./forecast-process", import.meta.url),
    memoryMaxMb: MEMORY_MAX_MB,
    prepare: ({ payload }, signal) => prepare(payload, signal),
    saveResult: async (client, _job, result) => {
      const outcomes = result as readonly DaysOutcome[];
      for (const outcome of outcomes) await storeForecasts(client, outcome);
      return `models/${outcomes[0]?.modelId ?? ""}`;
    },
  };
}
