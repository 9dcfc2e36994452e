import type {
  AssetTree,
  BindingLimit,
  Certificate,
  Conflict,
  ConstraintViolation,
  CustomTerms,
  FrontierBand,
  LimitChange,
  LimitRef,
  Matrix,
  PortfolioMeasure,
  ShareRebalance,
  TradingEffect,
  WeightConstraints,
  WindowEstimates,
} from "@portfolio/quant";
import type { ConstraintCheck } from "./check-constraints.ts";
import type { Optimality } from "./choice.ts";
import type { CovarianceMethod } from "./covariance-method.ts";
import type { DatedForecasts } from "./dated-forecasts.ts";
import type { ExpectedReturnsMethod, Objective } from "./methods.ts";
import type { NetworkLimits } from "./network-limits.ts";
import type { Notice } from "./notice.ts";
import type { DiscreteSearch, PortfolioLimits, Resampling } from "./portfolio-problem.ts";
import type { Robustness } from "./robustness.ts";
import type { ScenariosMethod, ViewsEffect, ViewsFailure, ViewsMethod } from "./views-method.ts";

// What is handed to a solver and what comes back: plain data that survives a structured clone.

/** What estimates are made from. */
export interface EstimationTask {
  /** Names for messages, length n. */
  readonly symbols: readonly string[];
  /** Closes, one row per day, shape (T + 1, n), T ≥ 2. Missing when no estimate needs them. */
  readonly closes: Matrix | undefined;
  /** Means and sample covariance of the simple daily returns of the closes, where they are at hand. */
  readonly sample?: WindowEstimates | undefined;
  readonly expectedReturns: ExpectedReturnsMethod;
  readonly covariance: CovarianceMethod;
  /** What the caller believes, if anything. */
  readonly views: ViewsMethod | undefined;
  readonly scenarios: ScenariosMethod;
  /** A fraction per year. */
  readonly riskFreeRatePerYear: number;
  /** Days over which estimates are for lognormal prices; missing for means of daily returns. */
  readonly horizonDays?: number | undefined;
}

/** Estimates to make for their own sake. */
export interface MomentsTask extends EstimationTask {
  readonly includeCoMoments?: boolean | undefined;
}

export interface OptimizationTask extends EstimationTask {
  readonly limits: WeightConstraints;
  readonly objective: Objective;
  readonly discreteness?: DiscreteSearch | undefined;
  readonly network?: NetworkLimits | undefined;
  readonly portfolioLimits: PortfolioLimits;
  readonly customTerms: CustomTerms | undefined;
  readonly robustness: Robustness | undefined;
  readonly reportMeasures: readonly PortfolioMeasure[];
  /** Weights that the answer is thought to be near, which make it faster and no other. */
  readonly start?: Float64Array | undefined;
  /** Of a backtest: what replaces methods above at each decision. */
  readonly forecasts?: DatedForecasts | undefined;
}

export interface FrontierTask extends EstimationTask {
  readonly limits: WeightConstraints;
  /** Without those that count assets. */
  readonly network?: NetworkLimits | undefined;
  /** Points to interpolate: 0, or at least 2. */
  readonly pointCount: number;
  readonly includeEstimates: boolean;
  readonly band: Resampling | undefined;
  /** Whose frontier is traced. */
  readonly measure: PortfolioMeasure;
  readonly portfolioLimits: PortfolioLimits;
}

export interface ConstraintCheckTask {
  /** Names for messages, length n. */
  readonly symbols: readonly string[];
  readonly limits: WeightConstraints;
  /** Fractions per year, length n; missing where their range is not wanted. */
  readonly expectedReturns: Float64Array | undefined;
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
  /** Of the measure whose frontier it is. */
  readonly risk: number;
}

/** One asset held alone. */
export interface AssetEstimate {
  readonly symbol: string;
  readonly expectedReturnPerYear: number;
  readonly volatilityPerYear: number;
}

/** Expected returns need the inverse of a covariance that has none, or the variance of the market. */
export interface SingularCovariance {
  readonly status: "singular-covariance";
  readonly method: "bayes-stein" | "bodnar-okhrin-parolya" | "capital-asset-pricing";
}

/** Why there are no estimates, although the question was well formed. */
export type EstimationFailure =
  | SingularCovariance
  | ViewsFailure
  /** The mathematics refuses the input, for a reason that the message gives. */
  | { readonly status: "refused"; readonly message: string };

/** A limit of any kind that the weights of a rule break. */
export type LimitViolation = Omit<ConstraintViolation, "constraint"> & {
  readonly constraint: LimitRef;
};

/** Why there is no answer, although the question was well formed. */
export type SolveFailure =
  | EstimationFailure
  /** No weights satisfy the constraints. */
  | {
      readonly status: "infeasible";
      readonly conflicts: readonly Conflict[];
      /** The least change of limits that leaves some weights; none where it was not looked for. */
      readonly relaxation?: readonly LimitChange[];
      /** The changes of which the largest is least. */
      readonly evenRelaxation?: readonly LimitChange[];
    }
  /** The target lies outside of the efficient frontier, whose ends are given. */
  | {
      readonly status: "target-out-of-range";
      readonly quantity: "return" | "volatility" | "risk";
      readonly target: number;
      readonly minimum: number;
      readonly maximum: number;
    }
  /** Limits that are not all linear cannot hold together. */
  | { readonly status: "limits-conflict"; readonly refs: readonly LimitRef[] }
  /** Nothing limits the objective. */
  | { readonly status: "unbounded" }
  /** Resampling was asked for where weights do not come from the mean–variance frontier. */
  | { readonly status: "resampling-needs-frontier" }
  /** A frontier was asked for under limits that are not convex. */
  | { readonly status: "frontier-unsupported" }
  /** The solver lost the answer to rounding. */
  | { readonly status: "unsolved" }
  /** Limits that count assets, or forbid small positions and trades, leave no weights. */
  | {
      readonly status: "discrete-infeasible";
      /** JSON paths of those that cannot hold together. */
      readonly fields?: readonly string[];
    }
  /** The search for such weights ended before it found any. */
  | { readonly status: "search-stopped" }
  /** The objective, or another limit, cannot be combined with such limits. */
  | { readonly status: "discreteness-unsupported" }
  /** A value at risk is searched for in fewer scenarios than there are. */
  | { readonly status: "too-many-scenarios"; readonly count: number; readonly most: number }
  /** A value at risk is searched for in scenarios that all count the same. */
  | { readonly status: "uneven-scenarios" }
  /** Something is to be divided by the volatility of these assets, or of the portfolio if none. */
  | { readonly status: "zero-volatility"; readonly symbols: readonly string[] }
  /** A rule gives weights that the constraints forbid. */
  | {
      readonly status: "rule-violates-constraints";
      readonly violated: readonly LimitViolation[];
    };

/** The value of a risk measure, and the excess return per unit of it. */
export interface RiskFigure {
  readonly measure: PortfolioMeasure;
  readonly value: number;
  /** 0 when the value is not positive. */
  readonly ratio: number;
  /** Share of each asset, of sum 1; empty where the value is 0 or cannot be shared out. */
  readonly shares: Float64Array;
}

/** What estimates are like. */
export interface EstimateQuality {
  /** Largest over smallest eigenvalue of the covariance, 1 … ∞. */
  readonly conditionNumber: number;
  /** Weight of the target to which the covariance was shrunk, 0 when it was not. */
  readonly shrinkage: number;
}

/** A chosen portfolio with all that is told of it. */
export interface SolvedPortfolio {
  readonly portfolio: PortfolioFigures;
  readonly quality: EstimateQuality;
  /** Per unit of weight, of the measure of the objective. */
  readonly marginalRisks: Float64Array;
  readonly riskContributions: Float64Array;
  readonly objective: number;
  readonly certificate: Certificate & { readonly status: Optimality };
  readonly binding: readonly (BindingLimit & { readonly name: string })[];
  readonly risks: readonly RiskFigure[];
  /** Missing without current weights. */
  readonly trading: TradingEffect | undefined;
  readonly explanation: readonly string[];
  readonly notices: readonly Notice[];
}

export type OptimizationOutcome =
  | ({ readonly status: "solved"; readonly views: ViewsEffect | undefined } & SolvedPortfolio)
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
  readonly certificate: Certificate;
  /** Volatilities are of the quantiles 5 %, 50 % and 95 %. Missing where none was asked for. */
  readonly band: FrontierBand | undefined;
  readonly views: ViewsEffect | undefined;
  readonly notices: readonly Notice[];
}

export type MomentsOutcome = ({ readonly status: "solved" } & Moments) | EstimationFailure;

/** Expected returns and covariance, and how the assets move together. */
export interface Moments {
  readonly estimates: EstimatesUsed;
  /** Fractions per year, length n. */
  readonly volatilities: Float64Array;
  /** Shape (n, n), 1 on the diagonal. */
  readonly correlation: Matrix;
  readonly quality: EstimateQuality;
  readonly views: ViewsEffect | undefined;
  readonly tree: AssetTree;
  /** Missing unless asked for. */
  readonly coMoments: CoMoments | undefined;
  readonly notices: readonly Notice[];
}

/** Moments of daily returns, as `coskewnessMatrix` and `cokurtosisMatrix` have them. */
export interface CoMoments {
  readonly coskewness: Matrix;
  readonly cokurtosis: Matrix;
}

/** The inputs of the optimizer, per year. */
interface EstimatesUsed {
  readonly expectedReturns: Float64Array;
  readonly covariance: Matrix;
}

export type ConstraintCheckOutcome =
  | ConstraintCheck
  | { readonly status: "refused"; readonly message: string };

export type RebalanceOutcome =
  | ShareRebalance
  /** Nothing can be paid for, not even leaving all as it is. */
  | { readonly status: "infeasible" }
  | { readonly status: "refused"; readonly message: string };
