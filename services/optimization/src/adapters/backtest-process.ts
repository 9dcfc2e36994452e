import type { JobContext } from "@portfolio/platform/jobs/job-handler";
import { decodeCheckpoint, encodeCheckpoint } from "../domain/backtest-checkpoint.ts";
import type { BacktestCheckpoint, BacktestOutcome, BacktestTask } from "../domain/backtest-task.ts";
import { judgeFolds } from "../domain/judge-folds.ts";
import { judgeWalkForward } from "../domain/judge-walk-forward.ts";
import { foldPlans, foldSteps } from "../domain/run-folds.ts";
import { walkForwardSteps } from "../domain/run-walk-forward.ts";

const CHECKPOINT_EVERY_MS = 1000;

/** What is known after each step of a backtest. */
interface Step {
  readonly doneCount: number;
  readonly totalCount: number;
  readonly name: string;
  readonly checkpoint: BacktestCheckpoint;
}

/** Runs in the process of a job: see `backtestKind`. */
export async function run(task: BacktestTask, context: JobContext): Promise<BacktestOutcome> {
  const { validation } = task;
  const from = context.checkpoint && decodeCheckpoint(context.checkpoint);
  if (validation.kind === "walk-forward") {
    const known = from?.kind === "simulations" ? from : undefined;
    const finished = await follow(walkForwardSteps(task, validation, known), context);
    return judgeWalkForward(task, validation, finished);
  }
  const plans = foldPlans(task.dates.length, task.closes.cols, validation);
  const known = from?.kind === "folds" ? from.choices : [];
  const choices = await follow(foldSteps(task, plans, known), context);
  return judgeFolds(task, validation, plans, choices);
}

/** Takes all steps, saying how far it is and saving what is done: at the first step and each second. */
async function follow<Done>(steps: Generator<Step, Done>, context: JobContext): Promise<Done> {
  let savedMs = Number.NEGATIVE_INFINITY;
  for (;;) {
    const next = steps.next();
    if (next.done) {
      return next.value;
    }
    const { doneCount, totalCount, name, checkpoint } = next.value;
    context.reportProgress({ step: doneCount, stepCount: totalCount, message: name });
    if (performance.now() - savedMs >= CHECKPOINT_EVERY_MS) {
      await context.saveCheckpoint(encodeCheckpoint(checkpoint));
      savedMs = performance.now();
    }
  }
}
