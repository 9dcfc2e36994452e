import type { JobKind } from "@portfolio/platform/jobs/job-kind";
import { workerFile } from "@portfolio/platform/worker-pool";
import type { DriftTask } from "../domain/watch-drift.ts";
import type { MonitoringResult } from "./monitoring-process.ts";
import { storeLook } from "./postgres-monitoring-store.ts";

const MEMORY_MAX_MB = 1024;

/**
 * The jobs that look whether a version still fits. Findings, alarms and their events are stored in the
 * transaction that ends the job.
 */
export function monitoringKind(
  prepare: (payload: Uint8Array, signal: AbortSignal) => Promise<DriftTask>,
): JobKind {
  return {
    name: "monitoring",
    file: workerFile("./monitoring-process", import.meta.url),
    memoryMaxMb: MEMORY_MAX_MB,
    prepare: ({ payload }, signal) => prepare(payload, signal),
    saveResult: async (client, _job, result) => {
      const { modelId, version, findings } = result as MonitoringResult;
      await storeLook(client, modelId, version, findings);
      return `models/${modelId}/versions/${version}`;
    },
  };
}
