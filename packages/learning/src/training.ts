/** What a step of training led to. */
export interface TrainingProgress {
  /** Steps taken, from 1. */
  readonly step: number;
  readonly stepCountMax: number;
  /** Mean loss on what is trained on. */
  readonly trainingLoss: number;
  /** Mean loss on what is held out; absent when nothing is. */
  readonly validationLoss?: number;
  /** The step after which the loss that decides was least: that on what is held out if there is. */
  readonly bestStep: number;
  /** Whether this was the last step. */
  readonly isDone: boolean;
}

/**
 * A model in training, one step at a time, so that whoever drives it can report, checkpoint and stop
 * between steps.
 *
 * The same specification, data and seed give the same bits, whether or not training went on from a
 * checkpoint.
 */
export interface Training<M> {
  /** What the last step led to; absent before the first. */
  readonly progress: () => TrainingProgress | undefined;
  /**
   * Takes a step: an epoch, or a tree.
   *
   * @throws {ArgumentError} The training is done.
   */
  readonly advance: () => TrainingProgress;
  /** Everything needed to go on from here, with the same specification and data. */
  readonly checkpoint: () => M;
  /** The model after the best step so far. */
  readonly model: () => M;
}
