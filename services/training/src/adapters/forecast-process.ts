import type { JobContext } from "@portfolio/platform/jobs/job-handler";
import { type DaysOutcome, type DaysTask, forecastEachDay } from "../domain/forecast-days.ts";

/** Runs in the process of a job: see `forecastKind`. */
export function run(tasks: readonly DaysTask[], context: JobContext): DaysOutcome[] {
  return tasks.map((task, k) => {
    const message = `Version ${task.number} of ${task.modelId}`;
    context.reportProgress({ step: k, stepCount: tasks.length, message });
    return forecastEachDay(task);
  });
}
