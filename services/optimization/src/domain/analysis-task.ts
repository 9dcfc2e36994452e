import type {
  Drawdown,
  HigherMomentParts,
  LMoments,
  Matrix,
  PortfolioMeasure,
} from "@portfolio/quant";
import type { FactorOutcome, FactorTask } from "./backtest-task.ts";
import type { CovarianceMethod } from "./covariance-method.ts";
import type { Notice } from "./notice.ts";
import type { RiskFigure } from "./solve-task.ts";

// Plain data that survives a structured clone, as in solve-task.ts.

/** A portfolio to measure. */
export interface AnalysisTask {
  /** Fractions of capital, length n. The rest is cash that earns nothing. */
  readonly weights: Float64Array;
  /** Closes, one row per day, shape (T + 1, n), T ≥ 2. */
  readonly closes: Matrix;
  readonly covariance: CovarianceMethod;
  /** A fraction per year. */
  readonly riskFreeRatePerYear: number;
  readonly includeGrowth: boolean;
  readonly includeHigherMoments: boolean;
  /** Measures of risk to report. */
  readonly measures: readonly PortfolioMeasure[];
  /** Series that are to explain the returns, on the same days. */
  readonly factors: FactorTask | undefined;
}

/** Shape of the distribution of daily returns. */
export interface HigherMoments {
  /** Undefined where the portfolio does not vary. */
  readonly parts: HigherMomentParts | undefined;
  readonly lMoments: LMoments;
  /** Of each asset alone. */
  readonly assets: readonly {
    readonly skewness: number | undefined;
    readonly kurtosis: number | undefined;
    readonly lMoments: LMoments;
  }[];
}

/** What a portfolio did in the past. */
export interface Performance {
  readonly meanReturnPerYear: number;
  readonly compoundReturnPerYear: number;
  readonly volatilityPerYear: number;
  readonly sharpeRatio: number;
  /** Indices count days of prices. */
  readonly drawdown: Drawdown;
  /** Parts of the volatility per year, length n. */
  readonly contributions: Float64Array;
  /** Contributions divided by the volatility; all 0 when there is none. */
  readonly riskShares: Float64Array;
  /** Value of 1 invested on the first day, one number per day of prices. */
  readonly growth: Float64Array | undefined;
  readonly risks: readonly RiskFigure[];
  /** Index of the day on which nothing was left, if that happened. */
  readonly ruinIndex: number | undefined;
  /** Missing without factors, and where there are too few returns for them. */
  readonly factors: FactorOutcome | undefined;
  /** Missing unless asked for. */
  readonly higherMoments: HigherMoments | undefined;
  readonly notices: readonly Notice[];
}

export type AnalysisOutcome =
  | ({ readonly status: "solved" } & Performance)
  | { readonly status: "refused"; readonly message: string };
