import type { TermLimit } from "../convex/program.ts";
import type { CountedLossTerm } from "../convex/terms/counted-loss.ts";
import type { Scenarios } from "../convex/terms/scenarios.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { ConstraintRef, WeightConstraints } from "../optimize/constraints.ts";
import type { RiskMeasure } from "../risk/measures/risk-measure.ts";
import type { MomentPreferences } from "./moment-utility.ts";

/**
 * A risk measure, or the CVaR of the worst distribution within a Wasserstein distance of the
 * scenarios: CVaR + `radius`/(1 − `level`)·‖w‖₂, which depends on the weights besides the returns.
 *
 * @see Mohajerin Esfahani & Kuhn (2018), doi:10.1007/s10107-017-1172-1
 */
export type PortfolioMeasure =
  | RiskMeasure
  | { readonly kind: "robust-cvar"; readonly level: number; readonly radius: number };

/** A highest value of a risk measure, in its own unit. */
export interface RiskLimit {
  readonly measure: PortfolioMeasure;
  readonly max: number;
}

/** Limits on exposure; Infinity for none. */
export interface Leverage {
  /** Of the sum of positive weights. */
  readonly longMax: number;
  /** Of minus the sum of negative weights. */
  readonly shortMax: number;
  /** Of the sum of all weights without their signs. */
  readonly grossMax: number;
}

/** What trading and holding cost. Every array has length n. */
export interface TradingCosts {
  /** One-off cost per unit of weight that is traded: commission and half the spread. */
  readonly linear: Float64Array;
  /** Marginal cost beyond each threshold, in place of what is below it; rising. */
  readonly tiers: readonly { readonly threshold: number; readonly rate: number }[];
  /** Coefficient c of the one-off cost c·|trade|^(3/2). */
  readonly impact: Float64Array;
  /** Per unit of weight that is held, per year. */
  readonly managementFee: Float64Array;
  /** Per unit of weight that is sold short, per year. */
  readonly borrow: number;
}

/** What is held, and how far a portfolio may move away from it. */
export interface Trading {
  /** Weights that are held, length n. */
  readonly current: Float64Array;
  /** Highest Σ|wᵢ − currentᵢ|; Infinity for none. */
  readonly turnoverMax: number;
  readonly costs: TradingCosts | undefined;
  /** Over which one-off costs are spread. */
  readonly yearsHeld: number;
}

/** A portfolio to stay near to. */
export interface Benchmark {
  /** Length n. */
  readonly weights: Float64Array;
  /** Highest standard deviation of the difference, per year; Infinity for none. */
  readonly trackingErrorMax: number;
}

/** A highest share of some assets in the variance. */
export interface RiskShareLimit {
  readonly assets: readonly number[];
  readonly max: number;
}

/** Terms that are added to what is minimized. */
export interface CustomTerms {
  /** Length n. */
  readonly linear: Float64Array | undefined;
  /** Positive semidefinite Q of ½w'Qw, shape (n, n). */
  readonly quadratic: Matrix | undefined;
  /** Coefficient of Σ|wᵢ|. */
  readonly l1: number;
  /** Coefficient of ½Σwᵢ². */
  readonly l2: number;
}

/** Worst case of the expected returns that is assumed in their place. That of Σ is in Σ itself. */
export interface WorstCase {
  /** Largest error of each expected return per year, length n: μ'w falls by Σ errorᵢ|wᵢ|. */
  readonly meanBox?: Float64Array;
  /** Factor F of an ellipsoid around the expected returns: μ'w falls by ‖Fw‖. Shape (k, n). */
  readonly meanEllipsoid?: Matrix;
}

/** What stands for the value at risk of a level. */
export interface CountedLoss {
  readonly level: number;
  readonly term: CountedLossTerm;
}

/** Everything that weights depend on but the goal. Plain data that survives a structured clone. */
export interface PortfolioModel {
  /** Names of the assets, for messages, length n. */
  readonly names: readonly string[];
  /** Fractions per year, length n. */
  readonly expectedReturns: Float64Array;
  /** Σ per year, shape (n, n), symmetric positive semidefinite. */
  readonly covariance: Matrix;
  /** Of daily returns, for measures other than those of the covariance. */
  readonly scenarios: Scenarios | undefined;
  /** A fraction per year. What is not invested earns it. */
  readonly riskFreeRate: number;
  readonly constraints: WeightConstraints;
  readonly leverage?: Leverage;
  readonly trading?: Trading;
  readonly benchmark?: Benchmark;
  readonly riskLimits?: readonly RiskLimit[];
  readonly riskShareLimits?: readonly RiskShareLimit[];
  /** Convex limits that stand for those of risk shares, in their order. */
  readonly shareBounds?: readonly TermLimit[];
  /** Convex limits that stand for counts of assets, and for days that may be lost. */
  readonly countBounds?: readonly TermLimit[];
  /** Convex terms that stand for the value at risk, each for that of its level. */
  readonly countedLosses?: readonly CountedLoss[];
  readonly customTerms?: CustomTerms;
  readonly worstCase?: WorstCase;
}

/**
 * What the best weights are. Returns are fractions per year, less costs.
 *
 * A measure of the covariance counts per year; any other is of a day, or of the whole period for
 * drawdowns.
 */
export type Goal =
  | { readonly kind: "minimum-risk"; readonly measure: PortfolioMeasure }
  | { readonly kind: "maximum-return" }
  /** Return less `riskAversion` times the risk per year: half the variance, or 252 times another. */
  | {
      readonly kind: "maximum-utility";
      readonly riskAversion: number;
      readonly measure: PortfolioMeasure;
    }
  /** Excess return per unit of risk. */
  | { readonly kind: "maximum-ratio"; readonly measure: PortfolioMeasure }
  | {
      readonly kind: "target-return";
      readonly returnPerYear: number;
      readonly measure: PortfolioMeasure;
    }
  | { readonly kind: "target-risk"; readonly limit: RiskLimit }
  /** Return less what risks of the second to fourth order cost, per year. Not concave. */
  | { readonly kind: "moment-utility"; readonly preferences: MomentPreferences }
  | { readonly kind: "kelly"; readonly form: "exact" | "approximate" }
  /** Least standard deviation of the difference from the benchmark. */
  | { readonly kind: "benchmark-tracking" };

/** Points at one limit of a model, linear or not. */
export type LimitRef =
  | ConstraintRef
  | { readonly type: "long" | "short" | "gross" | "turnover" | "tracking-error" | "target" }
  | { readonly type: "count" }
  | { readonly type: "choice"; readonly asset: number }
  | { readonly type: "risk" | "share"; readonly index: number };
