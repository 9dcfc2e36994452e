import type { CovarianceSettings } from "./covariance-settings.ts";
import type { ForecastMethod } from "./forecast-choice.ts";
import type { Goal, GoalKind } from "./goals.ts";
import type { Limits } from "./limits.ts";
import type { RiskMeasure } from "./risk-measures.ts";
import { HISTORICAL, type ScenarioChoice } from "./scenario-choice.ts";
import { NO_VIEWS, type Views } from "./views.ts";

/**
 * One portfolio problem as a person states it: what, when, why, and within which limits.
 *
 * Fractions throughout: 0.05 is 5 %. The same problem always makes the same request.
 */
export interface Problem {
  /** Symbols such as `AAPL`, each once, in the order of the answer. */
  readonly symbols: readonly string[];
  readonly dataset: { readonly id: string /** 0 is the newest. */; readonly revision: number };
  /** First and last day of prices, `YYYY-MM-DD`. Empty means as far as the prices reach. */
  readonly startDate: string;
  readonly endDate: string;
  /** Fraction per year. */
  readonly riskFreeRate: number;
  /** Trading days over which portfolios are held; 0 to multiply figures of a day. */
  readonly horizonDays: number;
  readonly expectedReturns: ExpectedReturnsMethod;
  readonly covariance: CovarianceMethod;
  readonly scenarios: ScenarioChoice;
  readonly goal: Goal;
  /** Lowest weight of every asset. Below 0 the portfolio may be short. */
  readonly minWeight: number;
  /** Highest weight of every asset. Undefined takes the guard rail for the number of assets. */
  readonly maxWeight: number | undefined;
  /** Limits besides those of every asset. */
  readonly limits: Limits;
  readonly views: Views;
  /** Whether the frontier is drawn with its band of uncertainty. */
  readonly band: boolean;
  /** Measure whose frontier is drawn for comparison. */
  readonly comparedMeasure: RiskMeasure | undefined;
  /** Cash to invest, in the currency of the prices. */
  readonly cash: number;
}

export type ExpectedReturnsMethod =
  | { readonly kind: PlainMean }
  /** Of a model that orders assets. */
  | ForecastMethod
  | { readonly kind: "exponential"; readonly halfLifeDays: number }
  /** Of a market that holds the same amount of each asset. */
  | { readonly kind: "equilibrium"; readonly riskAversion: number };

/** Methods of expected returns without a parameter. */
export const PLAIN_MEANS = [
  "historical-mean",
  "compound-mean",
  "james-stein",
  "bayes-stein",
  "bodnar-okhrin-parolya",
  "capital-asset-pricing",
] as const;

export type PlainMean = (typeof PLAIN_MEANS)[number];

export type CovarianceMethod =
  | {
      readonly kind: PlainCovariance;
      /** Missing for the defaults of the method. */
      readonly settings?: CovarianceSettings;
    }
  /** Past correlations with the volatilities that a model forecasts. */
  | ForecastMethod
  | { readonly kind: "exponential"; readonly halfLifeDays: number };

/** Covariance methods whose settings all have defaults. */
export const PLAIN_COVARIANCES = [
  "ledoit-wolf",
  "constant-correlation",
  "single-factor",
  "oas",
  "sample",
  "denoised",
  "factor-model",
  "thresholded-components",
  "gerber",
  "graphical-lasso",
  "local-global",
  "minimum-covariance-determinant",
  "regime-adjusted",
  "semicovariance",
  "unequal-histories",
  "given-shrinkage",
] as const;

export type PlainCovariance = (typeof PLAIN_COVARIANCES)[number];

/** Half a trading year. */
export const DEFAULT_HALF_LIFE_DAYS = 126;
/** Between bold (1) and cautious (10). */
export const DEFAULT_RISK_AVERSION = 4;
/** As often taken for the market as a whole. */
export const DEFAULT_MARKET_RISK_AVERSION = 2.5;
const GUARD_RAIL = 0.3;
const FEWEST_FOR_GUARD_RAIL = 5;

export const DEFAULT_PROBLEM: Problem = {
  symbols: [],
  dataset: { id: "sample", revision: 0 },
  startDate: "",
  endDate: "",
  riskFreeRate: 0,
  horizonDays: 0,
  expectedReturns: { kind: "historical-mean" },
  covariance: { kind: "ledoit-wolf" },
  scenarios: HISTORICAL,
  goal: { kind: "maximum-sharpe" },
  minWeight: 0,
  maxWeight: undefined,
  limits: {},
  views: NO_VIEWS,
  band: false,
  comparedMeasure: undefined,
  cash: 100_000,
};

/**
 * The highest weight that applies: the chosen one, else 30 %, which keeps one
 * asset from filling the portfolio. Under five assets 30 % leaves little or no
 * choice, so there is no limit then.
 */
export function effectiveMaxWeight(problem: Problem): number {
  const count = problem.symbols.length;
  return problem.maxWeight ?? (count > 0 && count < FEWEST_FOR_GUARD_RAIL ? 1 : GUARD_RAIL);
}

const GOALS_ON_THE_FRONTIER: ReadonlySet<GoalKind> = new Set([
  "minimum-variance",
  "maximum-sharpe",
  "target-return",
  "target-volatility",
  "maximum-utility",
  "maximum-return",
]);

/** Whether limits reach beyond sums of weights, which the frontier on the page keeps to. */
export function hasLimitsOffTheFrontier({ limits }: Problem): boolean {
  const { leverage, trading, trackingError, discreteness, network } = limits;
  return [
    leverage,
    trading?.turnoverMax,
    trackingError?.maxPerYear,
    limits.riskLimits,
    limits.riskShareLimits,
    limits.factors,
    discreteness,
    network,
  ].some((limit) => limit !== undefined);
}

/** Whether the portfolio is a point of the efficient frontier. */
export function isOnFrontier(problem: Problem): boolean {
  const { kind, options } = problem.goal;
  return (
    GOALS_ON_THE_FRONTIER.has(kind) &&
    options === undefined &&
    problem.limits.trading?.costs === undefined &&
    !hasLimitsOffTheFrontier(problem)
  );
}
