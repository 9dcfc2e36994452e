import {
  dailyLosses,
  type ForecastProgress,
  priceMarket,
  startForecastTraining,
  type Trainer,
} from "@portfolio/learning";
import { ArgumentError } from "@portfolio/quant";
import { skillMeasure } from "./daily-skill.ts";
import { dayOf } from "./day-number.ts";
import { foldScheme } from "./train-version.ts";
import type { TrainingTask } from "./training-task.ts";

/** What came of a trial. Plain data. */
export interface TrialResult {
  /** Mean daily loss on the tested days, less is better. */
  readonly loss: number;
  /** Tested days since 1970-01-01, ascending. */
  readonly days: readonly number[];
  /** Skill of each: see `skillMeasure`. */
  readonly values: readonly number[];
}

/**
 * Trains the folds of a task and measures them, without a model that is kept.
 *
 * @param trainer - Of the models of the task.
 * @param onStep - Called after each step.
 * @throws {ArgumentError} Prices or specification do not allow it, or no day could be measured.
 */
export async function trialResult(
  task: TrainingTask,
  trainer: Trainer,
  onStep: (progress: ForecastProgress) => void,
): Promise<TrialResult> {
  const { target, learner, stepDays } = task.spec;
  if (learner.kind === "combination") {
    throw new ArgumentError("a combination has no parameters");
  }
  const scheme = foldScheme(task);
  const spec = { target, learner, scheme, stepDays };
  const training = startForecastTraining(spec, priceMarket(task), { trainer });
  for (;;) {
    const progress = await training.advance();
    onStep(progress);
    if (progress.fold === progress.foldCount - 1 && progress.share === 1) {
      break;
    }
  }
  training.close();
  const { name, isLoss } = skillMeasure(target);
  const replay = training.replay();
  const figure = dailyLosses(target, replay)[name];
  if (figure === undefined || figure.values.length === 0) {
    throw new ArgumentError("no day of the tests could be measured");
  }
  const values = [...figure.values];
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const dateAt = (row: number) => task.dates[replay.days[row] ?? -1] ?? "";
  return {
    loss: isLoss ? mean : -mean,
    days: Array.from(figure.days, (row) => dayOf(dateAt(row))),
    values,
  };
}
