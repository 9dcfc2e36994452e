/** What a step of training led to. */
export interface TrainingProgress {
  /** Steps taken, from 1. */
  readonly step: number;
  readonly stepCountMax: number;
  /** Mean loss on what is trained on. */
  readonly trainingLoss: number;
  /** Mean loss on what is held out; absent when nothing is. */
  readonly validationLoss?: number;
  /** The step of the least loss on what is held out, or the last one when nothing is. */
  readonly bestStep: number;
  /** That least loss; absent when nothing is held out. */
  readonly bestLoss?: number;
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
export interface Training<Model, Checkpoint = Model> {
  /** What the last step led to; absent before the first. */
  readonly progress: () => TrainingProgress | undefined;
  /**
   * Takes a step: an epoch, or a tree.
   *
   * @throws {ArgumentError} The training is done.
   */
  readonly advance: () => TrainingProgress;
  /** Everything needed to go on from here, with the same specification and data. */
  readonly checkpoint: () => Checkpoint;
  /** The model after the best step so far. */
  readonly model: () => Model;
}

/** As `Training`, but its steps may be taken elsewhere than on this processor. */
export interface AwaitedTraining<Model, Checkpoint = Model>
  extends Omit<Training<Model, Checkpoint>, "advance"> {
  /**
   * Takes a step: an epoch, or a tree. Nothing else may be asked for until it is taken.
   *
   * @throws {ArgumentError} The training is done.
   */
  readonly advance: () => Promise<TrainingProgress>;
  /** Frees what is held outside this process's own memory. Model and checkpoint stay. */
  readonly close: () => void;
}

/** Has a training whose steps are taken at once waited for as others are. */
export function awaited<Model, Checkpoint>(
  training: Training<Model, Checkpoint>,
): AwaitedTraining<Model, Checkpoint> {
  return { ...training, advance: async () => training.advance(), close: () => undefined };
}
