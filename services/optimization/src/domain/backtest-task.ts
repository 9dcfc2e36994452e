import type {
  BacktestResult,
  BacktestState,
  Matrix,
  OverfittingFigures,
  TearSheet,
} from "@portfolio/quant";
import type { Validation } from "./backtest-problem.ts";
import type { SharedHistory } from "./history.ts";
import type { DatasetReference } from "./portfolio-problem.ts";
import type { OptimizationTask, SolveFailure } from "./solve-task.ts";

// What is handed to the process of a backtest and what comes back: plain data that survives a
// structured clone.

/** Strategies to test on given prices. */
export interface BacktestTask {
  readonly strategies: readonly StrategyTask[];
  readonly validation: Validation;
  /** Trading days `YYYY-MM-DD`, ascending, length T. */
  readonly dates: readonly string[];
  /** Shape (T, N). */
  readonly closes: Matrix;
  /** Closes and weights of the benchmark, shape (T, M) and length M. */
  readonly benchmarkCloses: Matrix;
  readonly benchmarkWeights: Float64Array;
  /** A fraction per year. */
  readonly cashRatePerYear: number;
  /** Handed back with the outcome. */
  readonly basis: BacktestBasis;
}

/** What a backtest rests on, for its report. */
export interface BacktestBasis {
  /** Assets, in the order of all weights. */
  readonly symbols: readonly string[];
  /** Of the assets and the benchmark. */
  readonly history: SharedHistory;
  readonly dataset: DatasetReference;
  /** Version of each method that is used. */
  readonly methodVersions: Readonly<Record<string, string>>;
  /** SHA-256 in lower-case hexadecimal of all that the outcome depends on. */
  readonly contentHash: string;
}

/** The optimization of a strategy, but for the prices that each decision sees. */
export interface StrategyTask {
  readonly name: string;
  readonly optimization: OptimizationTask;
}

/** A decision for which the optimization had no answer. */
export interface DecisionFailure {
  /** Last day that the decision saw, `YYYY-MM-DD`. */
  readonly date: string;
  readonly failure: SolveFailure;
}

/** What is done so far. Plain data: another process goes on with it. */
export type BacktestCheckpoint =
  | {
      readonly kind: "walk-forward";
      /** Simulations of the portfolios that are done. */
      readonly finished: readonly FinishedSimulation[];
      /** State of the one under way. */
      readonly current: BacktestState | undefined;
    }
  | { readonly kind: "combinatorial-purged"; readonly fits: readonly FoldFit[] };

export interface FinishedSimulation {
  readonly result: BacktestResult;
  readonly failures: readonly DecisionFailure[];
}

/** Weights of one strategy for one choice of test folds, or why there are none. */
export type FoldFit = { readonly weights: Float64Array } | { readonly failure: SolveFailure };

/** Days to fit on and periods to judge by, as row numbers of prices. */
export interface BacktestFold {
  readonly trainStartRow: number;
  readonly trainEndRow: number;
  /** Rows of the first and the last return of each test. */
  readonly tests: readonly { readonly startRow: number; readonly endRow: number }[];
}

/** What one portfolio did. */
export interface PortfolioOutcome {
  readonly name: string;
  /** Missing with combinatorial validation, as is the tear sheet. */
  readonly simulation: BacktestResult | undefined;
  readonly tearSheet: TearSheet | undefined;
  /** One row per fold, one column per asset. Missing with walk-forward validation. */
  readonly foldWeights: Matrix | undefined;
  readonly paths: readonly PathFigures[];
  readonly failures: readonly DecisionFailure[];
}

/** One history of the whole time, of tests put together. */
export interface PathFigures {
  readonly compoundReturnPerYear: number;
  readonly volatilityPerYear: number;
  readonly sharpeRatio: number | undefined;
  readonly maximumDrawdown: number;
}

/** What came of a backtest. */
export interface BacktestOutcome {
  readonly basis: BacktestBasis;
  readonly folds: readonly BacktestFold[];
  readonly strategies: readonly PortfolioOutcome[];
  readonly benchmark: PortfolioOutcome;
  readonly equalWeight: PortfolioOutcome;
  readonly overfitting: (OverfittingFigures & { readonly trialCount: number }) | undefined;
}
