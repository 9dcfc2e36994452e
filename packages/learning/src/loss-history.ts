import type { TrainingProgress } from "./training.ts";

/** When training ends. */
export interface StoppingRule {
  readonly stepCountMax: number;
  /** Steps without a better loss on what is held out after which it ends; absent means never. */
  readonly patience?: number | undefined;
}

/** Keeps what training led to, and says when to stop. */
export interface LossHistory {
  readonly last: () => TrainingProgress | undefined;
  readonly record: (trainingLoss: number, validationLoss?: number) => TrainingProgress;
}

/**
 * Starts a history.
 *
 * @param start - What the last step led to, when training goes on.
 */
export function lossHistory(rule: StoppingRule, start?: TrainingProgress): LossHistory {
  const { stepCountMax, patience = Number.POSITIVE_INFINITY } = rule;
  let last = start;
  return {
    last: () => last,
    record: (trainingLoss, validationLoss) => {
      const step = (last?.step ?? 0) + 1;
      const isBest =
        validationLoss === undefined ||
        validationLoss < (last?.bestLoss ?? Number.POSITIVE_INFINITY);
      const bestStep = isBest ? step : (last?.bestStep ?? step);
      const bestLoss = isBest ? validationLoss : last?.bestLoss;
      last = {
        step,
        stepCountMax,
        trainingLoss,
        ...(validationLoss !== undefined && { validationLoss }),
        bestStep,
        ...(bestLoss !== undefined && { bestLoss }),
        isDone: step >= stepCountMax || step - bestStep >= patience,
      };
      return last;
    },
  };
}
