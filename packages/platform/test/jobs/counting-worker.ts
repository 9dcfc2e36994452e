// Stands for the work of a job: counts to a number, and misbehaves where told to.
import { setTimeout as delay } from "node:timers/promises";
import { AppError, type AppErrorKind } from "../../src/app-error.ts";
import type { JobContext } from "../../src/jobs/job-handler.ts";

/** What to do. */
export interface Counting {
  readonly steps: number;
  /** Time between two steps, in ms. Computes all the while when `isBusy`. */
  readonly stepMs: number;
  readonly isBusy?: boolean;
  /** Throws an `AppError` of this kind at the first step. */
  readonly failsWith?: AppErrorKind;
  /** Throws some other error at the first step. */
  readonly isBroken?: boolean;
  /** Kills its own process at this step, in attempts up to `crashesUpToAttempt`. */
  readonly crashesAtStep?: number;
  readonly crashesUpToAttempt?: number;
  /** Takes memory until the process dies. */
  readonly isGreedy?: boolean;
  /** Takes memory outside of the heap until the process is killed. */
  readonly isHoarding?: boolean;
}

/** What came of it. */
export interface Counted {
  readonly firstStep: number;
  readonly lastStep: number;
  readonly environment: readonly string[];
}

/** Counts, saving each step as a checkpoint. */
export async function run(payload: Uint8Array, context: JobContext): Promise<Counted> {
  const counting = JSON.parse(Buffer.from(payload).toString()) as Counting;
  if (counting.isBroken) throw new Error("the password is hunter2");
  if (counting.failsWith) throw new AppError(counting.failsWith, "TOLD_TO", "As it was told.");
  if (counting.isGreedy) takeAllMemory();
  if (counting.isHoarding) await hoard();
  const firstStep = context.checkpoint ? Number(Buffer.from(context.checkpoint)) : 0;
  for (let step = firstStep; step < counting.steps; step++) {
    const { crashesAtStep, crashesUpToAttempt = 0 } = counting;
    if (step === crashesAtStep && context.attempt <= crashesUpToAttempt) {
      process.kill(process.pid, "SIGKILL");
    }
    if (counting.isBusy) compute(counting.stepMs);
    else await delay(counting.stepMs);
    await context.saveCheckpoint(Buffer.from(String(step + 1)));
    context.reportProgress({ step: step + 1, stepCount: counting.steps, message: "Counting" });
  }
  return { firstStep, lastStep: counting.steps, environment: Object.keys(process.env) };
}

function compute(durationMs: number): void {
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs) Math.sqrt(endMs);
}

function takeAllMemory(): never {
  const taken: number[][] = [];
  for (;;) taken.push(Array.from({ length: 1_000_000 }, (_, i) => i / 3));
}

async function hoard(): Promise<never> {
  const taken: Float64Array[] = [];
  for (;;) {
    taken.push(new Float64Array(1 << 20).fill(1));
    await delay(1);
  }
}
