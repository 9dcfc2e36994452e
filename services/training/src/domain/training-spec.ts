import type { LearnerSpec } from "@portfolio/learning";

/** What a model forecasts, `horizonDays` trading days ahead. */
export type Target =
  /** Rank of an asset's return among the others', -0.5 … 0.5. */
  | { readonly kind: "rank"; readonly horizonDays: number }
  /** Return less the mean of all assets', a fraction over the horizon. */
  | { readonly kind: "return"; readonly horizonDays: number }
  /** Mean of the variances of daily returns over the horizon. */
  | { readonly kind: "volatility"; readonly horizonDays: number }
  /** Quantile of the return over the horizon; `probability` in (0, 1). */
  | { readonly kind: "quantile"; readonly horizonDays: number; readonly probability: number };

/** Rules that learn nothing and must be beaten. */
export type BaselineRule =
  | "zero"
  | "momentum"
  | "reversal"
  | "historical-mean"
  | "rolling-variance"
  | "rolling-quantile";

/** What learns, all its defaults filled in. */
export type Learner =
  /** Any of `packages/learning`; `lookbackDays` is 0 unless it reads the last days of an asset. */
  | { readonly kind: "learned"; readonly spec: LearnerSpec; readonly lookbackDays: number }
  | { readonly kind: "garch" }
  | { readonly kind: "heterogeneous"; readonly logarithmic: boolean }
  | { readonly kind: "exponential-volatility"; readonly decay: number }
  | { readonly kind: "baseline"; readonly rule: BaselineRule }
  | {
      readonly kind: "combination";
      readonly versions: readonly number[];
      readonly method: "equal" | "skill" | "stacking";
    };

/** How skill is measured on days that training has not seen. */
export type ValidationScheme = { readonly embargoDays: number | undefined } & (
  | {
      readonly kind: "walk-forward";
      readonly foldCount: number;
      /** 0 means a third of all days. */
      readonly trainDaysMin: number;
      /** 0 means all days before the test. */
      readonly trainDaysMax: number;
    }
  | {
      readonly kind: "combinatorial-purged";
      readonly blockCount: number;
      readonly testBlockCount: number;
    }
);

/** Names a dataset and one revision of it; 0 means the newest. */
export interface DatasetReference {
  readonly id: string;
  readonly revision: number;
}

/** What a version is trained to forecast, from what, and how. Plain data, all defaults filled in. */
export interface TrainingSpec {
  readonly modelId: string;
  readonly target: Target;
  readonly symbols: readonly string[];
  readonly dataset: DatasetReference;
  /** `YYYY-MM-DD`, or empty for as early as possible. */
  readonly startDate: string;
  /** `YYYY-MM-DD`, or empty for as late as possible. */
  readonly endDate: string;
  readonly learner: Learner;
  readonly validation: ValidationScheme;
  /** Trading days between one day that is learned from and the next, at least 1. */
  readonly stepDays: number;
  readonly seed: number;
}
