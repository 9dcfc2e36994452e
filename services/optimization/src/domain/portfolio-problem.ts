import type {
  CustomTerms,
  Discreteness,
  PortfolioMeasure,
  PortfolioModel,
  ShareRebalanceProblem,
  WeightConstraints,
} from "@portfolio/quant";
import type { CovarianceMethod } from "./covariance-method.ts";
import type { ForecastQueries } from "./forecast-queries.ts";
import type { ExpectedReturnsMethod, Objective } from "./methods.ts";
import type { NetworkLimits } from "./network-limits.ts";
import type { Robustness } from "./robustness.ts";
import type { ScenariosMethod, ViewsMethod } from "./views-method.ts";

/** A dataset, and the revision of it that is meant. */
export interface DatasetReference {
  readonly id: string;
  /** Counted from 1. 0 means the newest. */
  readonly revision: number;
}

/** Prices to read. */
export interface PriceSelection {
  readonly dataset: DatasetReference;
  /** First day `YYYY-MM-DD`. Empty means as early as possible. */
  readonly startDate: string;
  /** Last day `YYYY-MM-DD`. Empty means as late as possible. */
  readonly endDate: string;
}

/** Where the caller wrote each limit, so that an error can point at it. */
export interface ConstraintPaths {
  /** JSON path of each asset's lowest weight, such as `constraints.default_min`. */
  readonly lower: readonly string[];
  readonly upper: readonly string[];
  /** JSON paths of the limits of each row, such as `constraints.groups[0].min`. */
  readonly rows: readonly LimitPaths[];
  readonly budget: LimitPaths;
}

/** JSON paths of a lowest and a highest value. */
export interface LimitPaths {
  readonly lower: string;
  readonly upper: string;
}

/** Limits on the weights, complete, and where they were written. */
export interface ConstraintSet {
  readonly limits: WeightConstraints;
  readonly paths: ConstraintPaths;
}

/** What estimates are made from. */
export interface EstimationProblem {
  /** Assets, each once. Every vector of the problem has their order. */
  readonly symbols: readonly string[];
  readonly prices: PriceSelection;
  /** A fraction per year. */
  readonly riskFreeRatePerYear: number;
  readonly expectedReturns: ExpectedReturnsMethod;
  readonly covariance: CovarianceMethod;
  readonly views: ViewsMethod | undefined;
  readonly scenarios: ScenariosMethod;
  /** Methods that are not known until a trained model has been asked; they replace those above. */
  readonly forecasts?: ForecastQueries | undefined;
  /** Days over which estimates are for lognormal prices; missing for means of daily returns. */
  readonly horizonDays?: number | undefined;
  /** Whether the moments of third and fourth order are wanted. */
  readonly includeCoMoments?: boolean | undefined;
}

/** What an efficient frontier is computed from. */
export interface PortfolioProblem extends EstimationProblem {
  readonly constraints: ConstraintSet;
  readonly network?: NetworkLimits | undefined;
  readonly portfolioLimits: PortfolioLimits;
}

/** Limits on the portfolio as a whole, besides linear ones. */
export type PortfolioLimits = Pick<
  PortfolioModel,
  "leverage" | "trading" | "benchmark" | "riskLimits" | "riskShareLimits"
>;

/** Limits that count assets, or forbid small positions and trades, and how long to search. */
export interface DiscreteSearch {
  readonly limits: Discreteness;
  /** JSON paths of the counts of holdings. */
  readonly countFields: readonly string[];
  /** Gap that counts as proof, a fraction of the objective. */
  readonly gap: number;
  readonly timeLimitMs: number;
}

/** A frontier problem, and which portfolio of it is wanted. */
export interface OptimizationProblem extends PortfolioProblem {
  readonly objective: Objective;
  readonly discreteness: DiscreteSearch | undefined;
  /** JSON path of the target of the objective, if it has one. */
  readonly targetField: string | undefined;
  readonly customTerms: CustomTerms | undefined;
  readonly robustness: Robustness | undefined;
  /** Measures to report besides those of the objective and the limits. */
  readonly reportMeasures: readonly PortfolioMeasure[];
}

/** A frontier problem, and what to tell of the frontier. */
export interface FrontierProblem extends PortfolioProblem {
  /** Points to interpolate: 0, or at least 2. */
  readonly pointCount: number;
  readonly includeEstimates: boolean;
  /** Resampled histories for a band around the frontier. */
  readonly band: Resampling | undefined;
  /** Whose frontier is traced. */
  readonly measure: PortfolioMeasure;
}

/** Histories to draw. */
export interface Resampling {
  readonly drawCount: number;
  readonly seed: number;
}

/** Limits to check. */
export interface ConstraintCheckProblem {
  readonly symbols: readonly string[];
  readonly constraints: ConstraintSet;
  /** Fractions per year, length n; missing where their range is not wanted. */
  readonly expectedReturns: Float64Array | undefined;
}

/** A weight to hold, a fraction of capital. */
export interface Position {
  readonly symbol: string;
  readonly weight: number;
}

/** A portfolio to measure on past prices. */
export interface AnalysisProblem {
  /** Each symbol once. */
  readonly positions: readonly Position[];
  readonly prices: PriceSelection;
  /** A fraction per year. */
  readonly riskFreeRatePerYear: number;
  readonly covariance: CovarianceMethod;
  readonly includeGrowth: boolean;
  readonly includeHigherMoments: boolean;
  readonly measures: readonly PortfolioMeasure[];
  /** Symbols whose returns are to explain those of the portfolio, each once. */
  readonly factorSymbols: readonly string[];
}

/** Weights and cash to turn into whole shares. */
export interface AllocationProblem {
  /** Each symbol once, weights from 0 with a sum of at most 1. */
  readonly positions: readonly Position[];
  /** Cash to invest, over 0. */
  readonly cashAmount: number;
  /** Price of one share by symbol, over 0. */
  readonly prices: ReadonlyMap<string, number>;
  /** Where the other prices come from. */
  readonly dataset: DatasetReference;
}

/** Holdings, and the weights that they should have. */
export interface RebalanceProblem {
  /** Each symbol once. */
  readonly positions: readonly Position[];
  /** In the order of the positions, as all arrays. */
  readonly holdings: Float64Array;
  /** From 0. */
  readonly cashAmount: number;
  readonly prices: ReadonlyMap<string, number>;
  readonly dataset: DatasetReference;
  readonly lotSizes: Float64Array;
  readonly costRate: number;
  readonly tradeMinAmount: number;
  readonly tax: ShareRebalanceProblem["tax"];
  readonly error: ShareRebalanceProblem["error"];
}
