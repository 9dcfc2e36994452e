import type { JobContext } from "@portfolio/platform/jobs/job-handler";
import { type DriftFindings, type DriftTask, watchDrift } from "../domain/watch-drift.ts";

/** What the process of a look hands to its worker. */
export interface MonitoringResult {
  readonly modelId: string;
  readonly version: number;
  readonly findings: DriftFindings;
}

/** Runs in the process of a job: see `monitoringKind`. */
export function run(task: DriftTask, context: JobContext): MonitoringResult {
  const { modelId, version } = task;
  context.reportProgress({ step: 0, stepCount: 1, message: `Version ${version} of ${modelId}` });
  return { modelId, version, findings: watchDrift(task) };
}
