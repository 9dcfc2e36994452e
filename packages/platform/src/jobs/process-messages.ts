import type { AppErrorKind } from "../app-error.ts";
import type { JobProgress } from "./job.ts";

/** What a worker tells the process of a job. */
export type ToProcess =
  | {
      readonly type: "start";
      /** Module that exports `run`, a `JobHandler`. */
      readonly file: string;
      readonly jobId: string;
      readonly attempt: number;
      readonly input: unknown;
      readonly checkpoint: Uint8Array | undefined;
    }
  | { readonly type: "checkpoint-saved" }
  | { readonly type: "stop" };

/** What the process of a job tells its worker. */
export type FromProcess =
  | { readonly type: "progress"; readonly progress: JobProgress }
  | { readonly type: "checkpoint"; readonly data: Uint8Array }
  | { readonly type: "done"; readonly result: unknown }
  | { readonly type: "failed"; readonly failure: JobFailure };

/** Why the work on a job failed. */
export interface JobFailure {
  /** Nothing for an error that is not an `AppError`. */
  readonly kind: AppErrorKind | undefined;
  readonly reason: string;
  readonly description: string;
  /** For the log only. Empty for an `AppError`. */
  readonly stack: string;
}
