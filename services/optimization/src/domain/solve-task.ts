import type {
  Conflict,
  ConstraintViolation,
  Drawdown,
  Matrix,
  WeightConstraints,
} from "@portfolio/quant";
import type { CovarianceMethod, ExpectedReturnsMethod, Objective } from "./methods.ts";
import type { Notice } from "./notice.ts";
import type { DiscreteSearch } from "./portfolio-problem.ts";

// What is handed to a solver and what comes back: plain data that survives a structured clone.

/** What every mean–variance task starts from. */
interface EstimationTask {
  /** Names for messages, length n. */
  readonly symbols: readonly string[];
  /** Closes, one row per day, shape (T + 1, n), T ≥ 2. Missing when no estimate needs them. */
  readonly closes: Matrix | undefined;
  readonly expectedReturns: ExpectedReturnsMethod;
  readonly covariance: CovarianceMethod;
  readonly limits: WeightConstraints;
  /** A fraction per year. */
  readonly riskFreeRatePerYear: number;
}

export interface OptimizationTask extends EstimationTask {
  readonly objective: Objective;
  readonly discreteness?: DiscreteSearch | undefined;
}

export interface FrontierTask extends EstimationTask {
  /** Points to interpolate: 0, or at least 2. */
  readonly pointCount: number;
  readonly includeEstimates: boolean;
}

export interface AnalysisTask {
  /** Fractions of capital, length n. The rest is cash that earns nothing. */
  readonly weights: Float64Array;
  /** Closes, one row per day, shape (T + 1, n), T ≥ 2. */
  readonly closes: Matrix;
  readonly covariance: CovarianceMethod;
  /** A fraction per year. */
  readonly riskFreeRatePerYear: number;
  readonly includeGrowth: boolean;
}

/** A portfolio, and what to expect of it. */
export interface PortfolioFigures {
  readonly weights: Float64Array;
  /** Share of the variance per asset; they sum to 1, or are all 0 when there is none. */
  readonly riskShares: Float64Array;
  readonly expectedReturnPerYear: number;
  readonly volatilityPerYear: number;
  /** 0 when the volatility is 0. */
  readonly sharpeRatio: number;
}

/** An efficient portfolio. */
export interface EfficientPoint {
  readonly weights: Float64Array;
  readonly expectedReturnPerYear: number;
  readonly variancePerYear: number;
  readonly volatilityPerYear: number;
  /** The portfolio minimizes `½ variance − λ expected return`. */
  readonly lambda: number;
  /** 0 when the volatility is 0. */
  readonly sharpeRatio: number;
}

/** One asset held alone. */
export interface AssetEstimate {
  readonly symbol: string;
  readonly expectedReturnPerYear: number;
  readonly volatilityPerYear: number;
}

/** Why there is no answer, although the question was well formed. */
export type SolveFailure =
  /** No weights satisfy the constraints. */
  | { readonly status: "infeasible"; readonly conflicts: readonly Conflict[] }
  /** The target lies outside of the efficient frontier, whose ends are given. */
  | {
      readonly status: "target-out-of-range";
      readonly quantity: "return" | "volatility";
      readonly target: number;
      readonly minimum: number;
      readonly maximum: number;
    }
  /** Expected returns need the inverse of a covariance that has none. */
  | { readonly status: "singular-covariance" }
  /** Something is to be divided by the volatility of these assets, or of the portfolio if none. */
  | { readonly status: "zero-volatility"; readonly symbols: readonly string[] }
  /** A rule gives weights that the constraints forbid. */
  | {
      readonly status: "rule-violates-constraints";
      readonly violated: readonly ConstraintViolation[];
    }
  /** Limits that count assets, or forbid small positions and trades, leave no weights. */
  | { readonly status: "discrete-infeasible" }
  /** The search for such weights ended before it found any. */
  | { readonly status: "search-stopped" }
  /** The objective cannot be combined with such limits. */
  | { readonly status: "discreteness-unsupported"; readonly objective: Objective["kind"] }
  /** The mathematics refuses the input, for a reason that the message gives. */
  | { readonly status: "refused"; readonly message: string };

export type OptimizationOutcome =
  | {
      readonly status: "solved";
      readonly portfolio: PortfolioFigures;
      readonly notices: readonly Notice[];
    }
  | SolveFailure;

export type FrontierOutcome = ({ readonly status: "solved" } & Frontier) | SolveFailure;

/** An efficient frontier. */
export interface Frontier {
  /** From the highest expected return down to minimum variance, as `points`. */
  readonly turningPoints: readonly EfficientPoint[];
  readonly points: readonly EfficientPoint[];
  /** Missing where an efficient portfolio has no volatility. */
  readonly maximumSharpe: EfficientPoint | undefined;
  readonly assets: readonly AssetEstimate[];
  readonly estimates: EstimatesUsed | undefined;
  readonly notices: readonly Notice[];
}

/** The inputs of the optimizer, per year. */
interface EstimatesUsed {
  readonly expectedReturns: Float64Array;
  readonly covariance: Matrix;
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
  /** Index of the day on which nothing was left, if that happened. */
  readonly ruinIndex: number | undefined;
  readonly notices: readonly Notice[];
}

export type AnalysisOutcome =
  | ({ readonly status: "solved" } & Performance)
  | { readonly status: "refused"; readonly message: string };
