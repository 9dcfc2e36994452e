import type { CalendarPeriod } from "@portfolio/quant";
import type { OptimizationProblem, Position, PriceSelection } from "./portfolio-problem.ts";

/** Strategies to test on past prices. */
export interface BacktestProblem {
  /** Assets, each once. Every vector of weights has their order. */
  readonly symbols: readonly string[];
  readonly prices: PriceSelection;
  readonly strategies: readonly StrategyProblem[];
  readonly validation: Validation;
  /** What to compare with; the rest is cash. Missing means equal weights of the symbols. */
  readonly benchmark: readonly Position[] | undefined;
  /** A fraction per year. */
  readonly cashRatePerYear: number;
}

/** How one strategy chooses weights at each decision. */
export interface StrategyProblem {
  readonly name: string;
  readonly optimization: OptimizationProblem;
}

/** How strategies are tested. */
export type Validation = WalkForwardValidation | PurgedValidation;

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
}

/** Every choice of folds is tested on a fit to the rest. */
export interface PurgedValidation {
  readonly kind: "combinatorial-purged";
  readonly foldCount: number;
  readonly testFoldCount: number;
  readonly purgeDays: number;
  readonly embargoDays: number;
}
