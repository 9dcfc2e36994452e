import type {
  BacktestResult,
  BacktestState,
  BrinsonAttribution,
  CollinearFactors,
  FactorAttribution,
  Matrix,
  NestedValidation,
  OverfittingFigures,
  TearSheet,
} from "@portfolio/quant";
import type { Validation } from "./backtest-problem.ts";
import type { Strategy } from "./backtest-strategy.ts";
import type { Choice } from "./decide.ts";
import type { ForecastUse } from "./forecast-queries.ts";
import type { SharedHistory } from "./history.ts";
import type { DatasetReference } from "./portfolio-problem.ts";
import type { OptimizationTask, SolveFailure } from "./solve-task.ts";

// What is handed to the process of a backtest and what comes back: plain data that survives a
// structured clone.

/** Strategies to test on given prices. */
export interface BacktestTask {
  readonly strategies: readonly Strategy<OptimizationTask>[];
  readonly validation: Validation;
  /** Trading days `YYYY-MM-DD`, ascending, length T. */
  readonly dates: readonly string[];
  /** Shape (T, N). With a universe, NaN where an asset has none. */
  readonly closes: Matrix;
  /** Missing without a universe: each asset may always be held. */
  readonly universe: UniverseTask | undefined;
  /** Closes of the benchmark, shape (T, M). */
  readonly benchmarkCloses: Matrix;
  /** Length M. Missing means equal weights of what may be held; M is then N. */
  readonly benchmarkWeights: Float64Array | undefined;
  readonly attribution: AttributionTask | undefined;
  readonly factors: FactorTask | undefined;
  /** A fraction per year. */
  readonly cashRatePerYear: number;
  /** Handed back with the outcome. */
  readonly basis: BacktestBasis;
}

/** Assets that come and go. */
export interface UniverseTask {
  /** 1 where an asset may be held, by row of the closes: length T·N. */
  readonly isMember: Uint8Array;
  /** Length N. */
  readonly delistingReturns: Float64Array;
}

/** Groups by which the return over the benchmark is split. */
export interface AttributionTask {
  /** Of each group. */
  readonly names: readonly string[];
  /** Closes of the N assets and of those that only the benchmark has, shape (T, M). */
  readonly closes: Matrix;
  /** Group of each column, length M. */
  readonly groups: Int32Array;
  /** Length M. Missing means equal weights of the assets that may be held. */
  readonly benchmarkWeights: Float64Array | undefined;
}

/** Series that are to explain the returns of portfolios. */
export interface FactorTask {
  readonly symbols: readonly string[];
  /** Shape (T, K). */
  readonly closes: Matrix;
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
  /** Of trained models, that decisions rest on. */
  readonly forecasts: readonly ForecastUse[];
}

/** A decision for which the optimization had no answer. */
export interface DecisionFailure {
  /** Last day that the decision saw, `YYYY-MM-DD`. */
  readonly date: string;
  readonly failure: SolveFailure;
  /** Number of the fallback that was taken, from 1; 0 for none. */
  readonly fallback: number;
}

/** What is done so far. Plain data: another process goes on with it. */
export type BacktestCheckpoint =
  | {
      readonly kind: "simulations";
      /** Days of all rows, since 1970-01-01, and decisions of each strategy. */
      readonly days: Int32Array;
      readonly decisionTotal: number;
      /** Simulations of the portfolios that are done. */
      readonly finished: readonly FinishedSimulation[];
      /** State of the one under way. */
      readonly current: BacktestState | undefined;
      /** What its grid's tasks returned so far. */
      readonly outcomes: readonly Float64Array[];
    }
  | { readonly kind: "folds"; readonly choices: readonly Choice[] };

export interface FinishedSimulation {
  readonly result: BacktestResult;
  readonly failures: readonly DecisionFailure[];
  /** Missing without a grid. */
  readonly grid: NestedValidation | undefined;
}

/** Days to fit on and periods to judge by, as row numbers of prices. */
export interface BacktestFold {
  readonly trainStartRow: number;
  readonly trainEndRow: number;
  /** Rows of the first and the last return of each test. */
  readonly tests: readonly { readonly startRow: number; readonly endRow: number }[];
  /** Indices of the assets of its walk; all if missing. */
  readonly assets?: readonly number[];
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
  readonly grid?: GridOutcome | undefined;
  readonly brinson?: BrinsonOutcome | undefined;
  readonly factors?: FactorOutcome | undefined;
}

/** How the candidates of a grid did. */
export interface GridOutcome {
  readonly candidates: readonly {
    readonly name: string;
    readonly choiceCount: number;
    readonly sharpePerYear: number | undefined;
  }[];
  /** Candidate that each fold chose. */
  readonly choices: Int32Array;
  readonly overfitting: Overfitting | undefined;
  readonly deflatedSharpe: number | undefined;
}

export interface BrinsonOutcome {
  /** Of the groups, cash as the last one. */
  readonly names: readonly string[];
  readonly attribution: BrinsonAttribution;
}

export interface FactorOutcome {
  readonly symbols: readonly string[];
  readonly attribution: FactorAttribution | CollinearFactors;
}

export type Overfitting = OverfittingFigures & { readonly trialCount: number };

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
  readonly overfitting: Overfitting | undefined;
}
