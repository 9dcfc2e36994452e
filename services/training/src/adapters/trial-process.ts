import type { JobContext } from "@portfolio/platform/jobs/job-handler";
import { ArgumentError } from "@portfolio/quant";
import type { TrainingTask } from "../domain/training-task.ts";
import { type TrialResult, trialResult } from "../domain/trial-result.ts";
import { openTrainer } from "./open-trainer.ts";
import { impossible } from "./training-process.ts";

const PROGRESS_STEPS = 100;

/** Runs in the process of a job: see `trialKind`. */
export async function run(task: TrainingTask, context: JobContext): Promise<TrialResult> {
  try {
    const trainer = await openTrainer(task.backend);
    return await trialResult(task, trainer, ({ fold, foldCount, share }) =>
      context.reportProgress({
        step: Math.round(((fold + share) / foldCount) * PROGRESS_STEPS),
        stepCount: PROGRESS_STEPS,
        message: `Fold ${fold + 1} of ${foldCount}`,
      }),
    );
  } catch (error) {
    throw error instanceof ArgumentError ? impossible(error) : error;
  }
}
