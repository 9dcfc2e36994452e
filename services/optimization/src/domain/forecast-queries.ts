/** Which version of a model forecasts. */
export interface ForecastChoice {
  readonly modelId: string;
  readonly version:
    | { readonly kind: "number"; readonly number: number }
    /** Such as `champion`. */
    | { readonly kind: "alias"; readonly alias: string };
  /** Decides whether the challenger of an experiment stands in for the champion; may be empty. */
  readonly key: string;
}

/** Estimates that rest on forecasts of trained models. */
export interface ForecastQueries {
  readonly returns:
    | {
        readonly choice: ForecastChoice;
        /** Return of the mean of all assets; missing means its historical mean. */
        readonly marketReturnPerYear: number | undefined;
      }
    | undefined;
  readonly views: { readonly choice: ForecastChoice; readonly tau: number } | undefined;
  readonly volatilities: { readonly choice: ForecastChoice } | undefined;
}

/** What a trained model says of some assets; one number per asset in each array. */
export interface AssetForecasts {
  readonly source: ForecastOrigin;
  /** Over the mean of all assets; missing where the version does not order assets by return. */
  readonly excessReturnsPerYear: Float64Array | undefined;
  /** Share of the outcomes' variance that forecasts explain, 0 … 1; 0 where it is not known. */
  readonly confidence: number;
  /** Missing where the version does not forecast volatilities. */
  readonly volatilitiesPerYear: Float64Array | undefined;
}

/** Where forecasts come from. */
export interface ForecastOrigin {
  readonly modelId: string;
  readonly version: number;
  /** Empty when the version was chosen by number. */
  readonly alias: string;
  /** `YYYY-MM-DD`. */
  readonly asOfDate: string;
  /** Last day of the prices that the version was trained on, `YYYY-MM-DD`. */
  readonly trainedUntil: string;
  /** SHA-256 in lower-case hexadecimal, as the next. */
  readonly artifactHash: string;
  readonly snapshotHash: string;
  /** Experiment whose challenger stands in for the champion; empty where none does. */
  readonly canaryExperimentId: string;
}

/** Forecasts that an answer rests on, and what for. */
export interface ForecastUse {
  /** Such as `expected_returns.forecast`. */
  readonly field: string;
  readonly origin: ForecastOrigin;
  /** As of `AssetForecasts`. Missing for volatilities and backtests. */
  readonly confidence?: number;
}
