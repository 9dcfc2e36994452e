import type { SearchedTrial, SearchRange } from "@portfolio/learning";

/** A number of the learner that is searched for. */
export interface StudyParameter extends SearchRange {
  /** Name of the field of the learner, such as `learning_rate`. */
  readonly name: string;
}

/** Where a trial stands. */
export type TrialState = "running" | "complete" | "pruned" | "failed";

/** Parameters that a study has tried. */
export interface Trial {
  /** From 1. */
  readonly number: number;
  readonly values: readonly number[];
  readonly state: TrialState;
  /** What its latest job tests: 0 for one fold, 1 for all. */
  readonly rung: 0 | 1;
  /** By rung; undefined until known. */
  readonly losses: readonly [number | undefined, number | undefined];
  /** Empty until there is one. */
  readonly jobId: string;
}

/** A search for the parameters of a learner. */
export interface Study {
  /** A UUID of version 7. */
  readonly id: string;
  readonly modelId: string;
  /** The encoded specification. Opaque to the store. */
  readonly spec: Uint8Array;
  readonly parameters: readonly StudyParameter[];
  readonly trialCountMax: number;
  readonly parallelCount: number;
  readonly seed: number;
  /** Last day that the trials see, `YYYY-MM-DD`. */
  readonly trialEndDate: string;
  /** Days up to that. */
  readonly trialDays: number;
  readonly trainingJobId: string | undefined;
  readonly isDone: boolean;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** What a study is to do next; nothing of it means to wait. */
export interface StudyStep {
  /** Test these on all folds. */
  readonly promoted: readonly Trial[];
  /** Numbers of new trials, to be tested on one fold. */
  readonly started: readonly number[];
  /** Present when all trials have ended. */
  readonly end?: {
    readonly pruned: readonly Trial[];
    /** The parameters to train with; nothing when every trial has failed. */
    readonly best: Trial | undefined;
  };
}

/** Of the trials that were tested on one fold, one in so many is tested on all. */
const REDUCTION = 2;

/**
 * Decides what a study does next, by asynchronous successive halving: a free place goes to a trial that
 * is among the better half of those tested on one fold so far, else to a new trial. At the end at least
 * one trial has been tested on all folds, unless all have failed.
 *
 * @param trials - By number.
 * @see Li, Jamieson, Rostamizadeh, Gonina, Hardt, Recht & Talwalkar (2020), "A System for Massively
 *   Parallel Hyperparameter Tuning", algorithm 2, arXiv:1810.05934
 */
export function nextStep(
  { trialCountMax, parallelCount }: Pick<Study, "trialCountMax" | "parallelCount">,
  trials: readonly Trial[],
): StudyStep {
  const busyCount = trials.filter(isBusy).length;
  const free = parallelCount - busyCount;
  const tested = trials
    .filter(({ state, losses }) => state !== "failed" && losses[0] !== undefined)
    .toSorted(byLoss(0));
  const promoted = tested
    .slice(0, Math.floor(tested.length / REDUCTION))
    .filter(isParked)
    .slice(0, Math.max(0, free));
  const startCount = Math.min(free - promoted.length, trialCountMax - trials.length);
  const started = Array.from({ length: Math.max(0, startCount) }, (_, k) => trials.length + 1 + k);
  if (busyCount + promoted.length + started.length > 0) {
    return { promoted, started };
  }
  const [best] = trials.filter(({ state }) => state === "complete").toSorted(byLoss(1));
  const parked = tested.filter(isParked);
  return best === undefined && parked.length > 0
    ? { promoted: parked.slice(0, 1), started: [] }
    : { promoted: [], started: [], end: { pruned: parked, best } };
}

/** Tells whether its latest job has not ended. */
function isBusy({ state, rung, losses }: Trial): boolean {
  return state === "running" && losses[rung] === undefined;
}

/** Tells whether it was tested on one fold, and goes on to all or not. */
function isParked({ state, rung, losses }: Trial): boolean {
  return state === "running" && rung === 0 && losses[0] !== undefined;
}

function byLoss(rung: 0 | 1): (a: Trial, b: Trial) => number {
  return (a, b) => (a.losses[rung] ?? 0) - (b.losses[rung] ?? 0) || a.number - b.number;
}

/** What is known of the trials, for the choice of further ones: of a pruned trial its first fold. */
export function searchedTrials(trials: readonly Trial[]): SearchedTrial[] {
  return trials.map(({ values, losses }) => ({
    values,
    loss: losses[1] ?? losses[0] ?? Number.NaN,
  }));
}
