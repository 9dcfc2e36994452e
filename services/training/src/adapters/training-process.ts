import { createHash } from "node:crypto";
import { AppError } from "@portfolio/platform/app-error";
import type { JobContext } from "@portfolio/platform/jobs/job-handler";
import { ArgumentError } from "@portfolio/quant";
import { type TrainingStep, trainVersion } from "../domain/train-version.ts";
import type { TrainingOutcome, TrainingTask } from "../domain/training-task.ts";
import { openTrainer } from "./open-trainer.ts";

const CHECKPOINT_EVERY_MS = 1000;
const PROGRESS_STEPS = 100;

/** What the process of a training hands to its worker. */
export interface TrainingResult extends TrainingOutcome {
  /** SHA-256 of symbols, dates and closes, in lower-case hexadecimal. */
  readonly contentHash: string;
  /** SHA-256 of the artifact, in lower-case hexadecimal. */
  readonly artifactHash: string;
  readonly startDate: string;
  readonly endDate: string;
  /** Time that this attempt took. */
  readonly durationMs: number;
}

/** Runs in the process of a job: see `trainingKind`. */
export async function run(task: TrainingTask, context: JobContext): Promise<TrainingResult> {
  const startMs = performance.now();
  try {
    const trainer = await openTrainer(task.backend);
    const outcome = await follow(trainVersion(task, trainer, context.checkpoint), context);
    return {
      ...outcome,
      contentHash: contentHash(task),
      artifactHash: createHash("sha256").update(outcome.artifact).digest("hex"),
      startDate: task.dates[0] ?? "",
      endDate: task.dates.at(-1) ?? "",
      durationMs: performance.now() - startMs,
    };
  } catch (error) {
    throw error instanceof ArgumentError ? impossible(error) : error;
  }
}

/** Takes all steps, saying how far it is and saving what is done: at the first step and each second. */
async function follow(
  steps: AsyncGenerator<TrainingStep, TrainingOutcome>,
  context: JobContext,
): Promise<TrainingOutcome> {
  let savedMs = Number.NEGATIVE_INFINITY;
  for (;;) {
    const next = await steps.next();
    if (next.done) {
      return next.value;
    }
    const { fold, foldCount, share } = next.value.progress;
    context.reportProgress({
      step: Math.round(((fold + share) / (foldCount + 1)) * PROGRESS_STEPS),
      stepCount: PROGRESS_STEPS,
      message: fold < foldCount ? `Fold ${fold + 1} of ${foldCount}` : "Final model",
    });
    if (performance.now() - savedMs >= CHECKPOINT_EVERY_MS) {
      await context.saveCheckpoint(next.value.checkpoint());
      savedMs = performance.now();
    }
  }
}

/** Prices that no check before could know to be unfit. */
export function impossible(cause: ArgumentError): AppError {
  return new AppError(
    "failed-precondition",
    "TRAINING_IMPOSSIBLE",
    `The prices do not allow this training: ${cause.message}.`,
    { cause },
  );
}

function contentHash({ symbols, dates, closes }: TrainingTask): string {
  return createHash("sha256")
    .update(JSON.stringify([symbols, dates]))
    .update(
      new Uint8Array(closes.values.buffer, closes.values.byteOffset, closes.values.byteLength),
    )
    .digest("hex");
}
