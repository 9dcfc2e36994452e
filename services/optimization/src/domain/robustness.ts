/** A set around an estimate in which the truth may lie. */
export interface UncertaintySet {
  readonly shape: "box" | "ellipsoid";
  /** Share of the draws that the set holds, in (0, 1). */
  readonly confidence: number;
  readonly source: "asymptotic" | "bootstrap";
  readonly seed: number;
}

/** What protects an answer against errors of the estimates. */
export interface Robustness {
  readonly meanSet?: UncertaintySet;
  readonly covarianceSet?: UncertaintySet;
  readonly resampling?: Resampling;
}

/** A mean of best weights over draws. */
export interface Resampling {
  readonly drawCount: number;
  readonly seed: number;
  /** Assets per draw, with the estimates as they are; 0 for all, with resampled estimates. */
  readonly subsetSize: number;
}
