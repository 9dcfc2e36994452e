import type {
  FactorSelection,
  GerberStatistic,
  Matrix,
  ShrinkageTarget,
  Thresholding,
} from "@portfolio/quant";

/** How the covariance of returns is estimated. */
export type CovarianceMethod =
  | ObservedCovarianceMethod
  /** Shape (n, n), symmetric, per year; perhaps not positive semidefinite. */
  | { readonly kind: "given"; readonly perYear: Matrix };

/** An estimate from past returns. */
export type ObservedCovarianceMethod =
  | { readonly kind: "sample" }
  | { readonly kind: "local-global" }
  | { readonly kind: "exponential"; readonly halfLifeDays: number }
  | ShrinkageMethod
  | { readonly kind: "semicovariance"; readonly benchmarkPerDay: number }
  | {
      readonly kind: "given-shrinkage";
      readonly target: ShrinkageTarget;
      readonly intensity: number;
    }
  | DenoisedMethod
  | { readonly kind: "gerber"; readonly statistic: GerberStatistic; readonly threshold: number }
  | { readonly kind: "principal-factors"; readonly factorCount: number | "automatic" }
  | RegressionFactorsMethod
  | { readonly kind: "graphical-lasso"; readonly penalty: number }
  /** One volatility per asset, a fraction per year. */
  | { readonly kind: "implied-volatility"; readonly volatilitiesPerYear: Float64Array }
  | {
      readonly kind: "minimum-covariance-determinant";
      readonly supportShare: number | "default";
      readonly seed: number;
    }
  | {
      readonly kind: "regime-adjusted";
      readonly halfLifeDays: number;
      readonly regimeHalfLifeDays: number;
    }
  | ThresholdedComponentsMethod
  | UnequalHistoriesMethod;

/** A sample covariance that is shrunk to something simpler. */
export interface ShrinkageMethod {
  readonly kind: "ledoit-wolf" | "oas" | "constant-correlation" | "single-factor";
}

/** A sample covariance without noise. */
export interface DenoisedMethod {
  readonly kind: "denoised";
  readonly denoising: "fixed" | "spectral" | "shrink";
  /** Share of the noise that `shrink` keeps, 0 … 1. */
  readonly alpha: number;
  /** Number of components to take out, from 0. */
  readonly detonedCount: number;
}

/** Principal components, and what they leave without its small correlations. */
export interface ThresholdedComponentsMethod {
  readonly kind: "thresholded-components";
  readonly factorCount: number | "automatic";
  readonly thresholding: Thresholding;
  readonly constant: number;
}

/** A covariance through given factors. */
export interface RegressionFactorsMethod {
  readonly kind: "regression-factors";
  readonly factorSymbols: readonly string[];
  /** Missing means that each asset's regression is on all factors. */
  readonly selection?: FactorSelection | undefined;
  /** On the days of the assets' closes, one column per factor. Missing until they are read. */
  readonly factorCloses?: Matrix;
}

/** A covariance from all days that assets have, not only those that they share. */
export interface UnequalHistoriesMethod {
  readonly kind: "unequal-histories";
  readonly algorithm: "pairwise" | "expectation-maximization";
  /** One row per day of any asset, NaN where an asset has no close. Missing until they are read. */
  readonly allCloses?: Matrix;
}
