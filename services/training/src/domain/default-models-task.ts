import type { Candidate } from "./choose-champion.ts";
import type { TrainingTask } from "./training-task.ts";

/** What is left to do when the default trainings of a model have ended. Plain data. */
export interface DefaultModelsTask {
  readonly modelId: string;
  readonly measure: { readonly name: string; readonly isLoss: boolean };
  readonly candidates: readonly Candidate[];
  /** The combination of those that learn; undefined when there are fewer than two. */
  readonly combination:
    | {
        readonly task: TrainingTask;
        /** The encoded specification. */
        readonly spec: Uint8Array;
      }
    | undefined;
}
