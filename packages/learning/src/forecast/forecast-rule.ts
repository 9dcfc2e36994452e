import type { FeatureView } from "../features/feature-frame.ts";
import type { LearnedModel } from "../model/learned-model.ts";
import type { GarchParameters } from "../volatility/garch-likelihood.ts";
import type { HeterogeneousAutoregression } from "../volatility/heterogeneous-autoregression.ts";
import type { ForecastTarget } from "./forecast-target.ts";

/** Rules that learn nothing. */
export type BaselineName =
  | "zero"
  | "momentum"
  | "reversal"
  | "historical-mean"
  | "rolling-variance"
  | "rolling-quantile";

/** How members of a combination are brought together. */
export interface CombinationMember {
  readonly rule: ForecastRule;
  /** At least 0; they sum to 1. */
  readonly weight: number;
}

/** Everything that turns prices into forecasts. */
export type ForecastRule =
  | {
      readonly kind: "learned";
      readonly view: FeatureView;
      readonly model: LearnedModel;
      /** See `outcomeUnit`. */
      readonly smearing: number;
      /** Added to what the model gives of quantiles: see `conformQuantiles`. Absent means 0. */
      readonly shift?: number;
    }
  | { readonly kind: "baseline"; readonly name: BaselineName }
  | { readonly kind: "exponential-volatility"; readonly decay: number }
  | {
      readonly kind: "garch";
      readonly symbols: readonly string[];
      /** Of each symbol; nothing where it had too little history. */
      readonly fits: readonly (GarchParameters | undefined)[];
    }
  | {
      readonly kind: "heterogeneous";
      readonly symbols: readonly string[];
      readonly fits: readonly (HeterogeneousAutoregression | undefined)[];
    }
  | { readonly kind: "combination"; readonly members: readonly CombinationMember[] };

/** A rule, and what it is for. */
export interface ForecastModel {
  readonly target: ForecastTarget;
  readonly rule: ForecastRule;
  /** Half the width of an interval that held 90 % of outcomes not learned from; NaN if not known. */
  readonly intervalRadius: number;
}
