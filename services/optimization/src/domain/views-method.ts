import type { Matrix } from "@portfolio/quant";

/** A view on expected returns. */
export interface ExpectedReturnView {
  /** As the caller wrote it. */
  readonly expression: string;
  /** Weight of each name that the view may use: assets, or as `FactorViews` says. */
  readonly coefficients: Float64Array;
  /** Return of the weighted sum, a fraction per year. */
  readonly valuePerYear: number;
  /** How sure, 0 … 1. */
  readonly confidence: number;
  /** Whether the return is over what the prior expects. (Default: it is the return itself.) */
  readonly isOverPrior?: boolean;
}

/** Names that views in words may use: plain data, so that it can be hashed and sent to a thread. */
export interface ViewNames {
  readonly assets: readonly string[];
  readonly groups: readonly { readonly name: string; readonly members: readonly number[] }[];
}

/** Factors that views are about: alone in the Bayesian form, after the assets in the augmented. */
export interface FactorViews {
  readonly form: "bayesian" | "augmented";
  /** Each once; so many symbols. */
  readonly names: readonly string[];
  /** Whose daily returns the factors have, each once. */
  readonly symbols: readonly string[];
  /** On the days of the assets' closes, one column per factor. Missing until they are read. */
  readonly closes?: Matrix;
}

/** What the caller believes, and how it is merged with what is estimated. */
export type ViewsMethod =
  | {
      readonly kind: "black-litterman";
      readonly tau: number;
      readonly views: readonly ExpectedReturnView[];
      /** Missing in the original form. */
      readonly factors?: FactorViews;
    }
  | {
      readonly kind: "entropy-pooling";
      /** One, or several that are pooled. */
      readonly opinions: readonly Opinion[];
      readonly pooling: "linear" | "logarithmic";
      readonly names: ViewNames;
    };

/** Views that hold together. */
export interface Opinion {
  /** Known to be well formed. */
  readonly expressions: readonly string[];
  /** How sure, 0 … 1; what is left of 1 in all belongs to the scenarios as they were. */
  readonly probability: number;
  /** JSON path of the list of expressions. */
  readonly path: string;
}

/** How possible daily returns are made. */
export type ScenariosMethod =
  | { readonly kind: "historical" }
  | { readonly kind: "exponential"; readonly halfLifeDays: number }
  | {
      readonly kind: "bootstrap";
      readonly count: number;
      /** At least 1. */
      readonly meanBlockDays: number;
      readonly seed: number;
    }
  | {
      readonly kind:
        | "gaussian"
        | "student-t"
        | "gaussian-copula"
        | "student-t-copula"
        | "vine-copula";
      readonly count: number;
      readonly seed: number;
    }
  | {
      readonly kind: "given";
      /** Daily returns, one row per scenario. */
      readonly returns: Matrix;
      /** They sum to 1. */
      readonly probabilities: Float64Array;
    };

/** What views did to the estimates. */
export interface ViewsEffect {
  readonly priorReturnsPerYear: Float64Array;
  readonly posteriorReturnsPerYear: Float64Array;
  readonly priorVolatilitiesPerYear: Float64Array;
  readonly posteriorVolatilitiesPerYear: Float64Array;
  readonly views: readonly ViewEffect[];
  /** Scenarios that still count, as a fraction of all. */
  readonly effectiveScenarioFraction: number;
}

/** What one view asked for, and what came of it, in the unit of the view. */
export interface ViewEffect {
  readonly expression: string;
  readonly prior: number;
  readonly view: number;
  readonly posterior: number;
}

/** Why views give no estimates. */
export type ViewsFailure =
  /** No estimates satisfy these views together. */
  | {
      readonly status: "views-contradictory";
      readonly method: ViewsMethod["kind"];
      /** JSON paths of the views. */
      readonly fields: readonly string[];
      /** As the caller wrote them. */
      readonly expressions: readonly string[];
      /** Value nearest to that of the last view which the others allow, in its unit. */
      readonly attainable: number | undefined;
    }
  /** The search for probabilities ended before the views were met. */
  | { readonly status: "views-unsolved" };
