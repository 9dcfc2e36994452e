import type { CalendarPeriod } from "@portfolio/quant";
import type { Strategy } from "./backtest-strategy.ts";
import type { OptimizationProblem, Position, PriceSelection } from "./portfolio-problem.ts";

/** Strategies to test on past prices. */
export interface BacktestProblem {
  /** Assets, each once. Every vector of weights has their order. */
  readonly symbols: readonly string[];
  readonly prices: PriceSelection;
  readonly strategies: readonly Strategy<OptimizationProblem>[];
  readonly validation: Validation;
  /** What to compare with; the rest is cash. Missing means equal weights of the symbols. */
  readonly benchmark: readonly Position[] | undefined;
  /** A fraction per year. */
  readonly cashRatePerYear: number;
  /** Missing means that only the days that all symbols share are used. */
  readonly universe: Universe | undefined;
  /** By which the return over the benchmark is split. */
  readonly attributionGroups: readonly AttributionGroup[];
  /** Whose returns are to explain those of the portfolios. */
  readonly factorSymbols: readonly string[];
  readonly pastForecasts: PastForecastUse;
}

/** How forecasts of trained models enter a backtest. */
export interface PastForecastUse {
  /** Calendar days by which a forecast may be older than a decision. */
  readonly maxAgeDays: number;
  /** Whether the period of the backtest is cut to the days of which there are forecasts. */
  readonly fitsPeriod: boolean;
}

/** Symbols that come and go. */
export interface Universe {
  /** Symbols without any may always be held. Days are `YYYY-MM-DD`, empty for no limit. */
  readonly memberships: readonly {
    readonly symbol: string;
    readonly fromDate: string;
    readonly toDate: string;
  }[];
  /** Return of each symbol from its last close to what holders got. */
  readonly delistingReturns: Float64Array;
}

/** Symbols that belong together in a report. */
export interface AttributionGroup {
  readonly name: string;
  readonly symbols: readonly string[];
}

/** How strategies are tested. */
export type Validation = WalkForwardValidation | PurgedValidation | RandomizedValidation;

/** Decisions at regular times, each on the days before. */
export interface WalkForwardValidation {
  readonly kind: "walk-forward";
  /** Daily returns to estimate from. */
  readonly trainDays: number;
  readonly isExpanding: boolean;
  /** A number of trading days, or the end of a period of the calendar. */
  readonly rebalance: number | CalendarPeriod;
  readonly executionLagDays: number;
  readonly initialAmount: number;
  readonly costs: BacktestCosts;
}

/** What trading and borrowing cost: rates are fractions. */
export interface BacktestCosts {
  readonly linearRate: number;
  readonly halfSpread: number;
  readonly fixedAmount: number;
  readonly minimumTradeAmount: number;
  readonly borrowRatePerYear: number;
  readonly debitSpreadPerYear: number;
  readonly impact: MarketImpact | undefined;
}

/** Cost of a large trade, by the volatility and the amount that is traded per day. */
export interface MarketImpact {
  readonly coefficient: number;
  readonly windowDays: number;
  /** Amount per day of each symbol, over 0. */
  readonly tradedAmounts: Float64Array;
}

/** Every choice of folds is tested on a fit to the rest. */
export interface PurgedValidation {
  readonly kind: "combinatorial-purged";
  readonly foldCount: number;
  readonly testFoldCount: number;
  readonly purgeDays: number;
  readonly embargoDays: number;
}

/** Walks forward over random assets and days. */
export interface RandomizedValidation {
  readonly kind: "randomized";
  readonly sampleCount: number;
  readonly symbolsPerSample: number;
  readonly daysPerSample: number;
  readonly trainDays: number;
  readonly testDays: number;
  readonly purgeDays: number;
  readonly isExpanding: boolean;
  readonly seed: number;
}
