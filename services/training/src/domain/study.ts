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

/** What a study is to do next. */
export type StudyStep =
  | { readonly kind: "wait" }
  /** Start these trials on one fold. */
  | { readonly kind: "start"; readonly numbers: readonly number[] }
  /** Test some trials of the round on all folds and lay the others aside. */
  | {
      readonly kind: "promote";
      readonly promoted: readonly Trial[];
      readonly pruned: readonly Trial[];
    }
  /** Train with the best parameters; undefined when every trial has failed. */
  | { readonly kind: "finish"; readonly best: Trial | undefined };

/**
 * Decides what a study does next: successive halving in rounds. A round is as many trials as run at a
 * time; the better half of it is tested on all folds. Rounds wait for each other, so that the trials
 * do not depend on which job ends first.
 *
 * @param trials - By number.
 * @see Jamieson & Talwalkar (2016), "Non-stochastic Best Arm Identification and Hyperparameter
 *   Optimization", algorithm 1, arXiv:1502.07943
 */
export function nextStep(
  { trialCountMax, parallelCount }: Pick<Study, "trialCountMax" | "parallelCount">,
  trials: readonly Trial[],
): StudyStep {
  const running = trials.filter(({ state }) => state === "running");
  if (running.some(({ rung, losses }) => losses[rung] === undefined)) {
    return { kind: "wait" };
  }
  if (running.length > 0) {
    const ordered = running.toSorted(
      (a, b) => (a.losses[0] ?? 0) - (b.losses[0] ?? 0) || a.number - b.number,
    );
    const count = Math.ceil(ordered.length / 2);
    return { kind: "promote", promoted: ordered.slice(0, count), pruned: ordered.slice(count) };
  }
  if (trials.length < trialCountMax) {
    const count = Math.min(parallelCount, trialCountMax - trials.length);
    return {
      kind: "start",
      numbers: Array.from({ length: count }, (_, k) => trials.length + 1 + k),
    };
  }
  const [best] = trials
    .filter(({ state }) => state === "complete")
    .toSorted((a, b) => (a.losses[1] ?? 0) - (b.losses[1] ?? 0) || a.number - b.number);
  return { kind: "finish", best };
}

/** What is known of the trials, for the choice of further ones: of a pruned trial its first fold. */
export function searchedTrials(trials: readonly Trial[]): SearchedTrial[] {
  return trials.map(({ values, losses }) => ({
    values,
    loss: losses[1] ?? losses[0] ?? Number.NaN,
  }));
}
