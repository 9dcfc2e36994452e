import {
  dailyLosses,
  type ForecastProgress,
  priceMarket,
  startForecastTraining,
  type Trainer,
} from "@portfolio/learning";
import { ArgumentError } from "@portfolio/quant";
import { skillMeasure } from "./daily-skill.ts";
import { foldScheme } from "./train-version.ts";
import type { TrainingTask } from "./training-task.ts";

/**
 * Trains the folds of a task and measures them, without a model that is kept.
 *
 * @param trainer - Of the models of the task.
 * @param onStep - Called after each step.
 * @returns Mean daily loss on the tested days, less is better.
 * @throws {ArgumentError} Prices or specification do not allow it, or no day could be measured.
 */
export async function trialLoss(
  task: TrainingTask,
  trainer: Trainer,
  onStep: (progress: ForecastProgress) => void,
): Promise<number> {
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
  const values = dailyLosses(target, training.replay())[name]?.values ?? new Float64Array(0);
  if (values.length === 0) {
    throw new ArgumentError("no day of the tests could be measured");
  }
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return isLoss ? mean : -mean;
}
