import type { JobContext } from "@portfolio/platform/jobs/job-handler";
import type { DefaultModelsTask } from "../domain/default-models-task.ts";
import { run as runTraining, type TrainingResult } from "./training-process.ts";

/** What the process of a choice hands to its worker. */
export interface DefaultModelsResult
  extends Pick<DefaultModelsTask, "modelId" | "measure" | "candidates"> {
  readonly combination: { readonly result: TrainingResult; readonly spec: Uint8Array } | undefined;
}

/** Runs in the process of a job: see `defaultModelsKind`. */
export async function run(
  task: DefaultModelsTask,
  context: JobContext,
): Promise<DefaultModelsResult> {
  const { modelId, measure, candidates, combination } = task;
  return {
    ...{ modelId, measure, candidates },
    combination: combination && {
      spec: combination.spec,
      result: await runTraining(combination.task, context),
    },
  };
}
