import type { PriceSelection } from "@portfolio/platform/prices/price-history";
import type { ShareRebalanceProblem } from "@portfolio/quant";
import type { AnalysisOutcome, AnalysisTask } from "./domain/analysis-task.ts";
import type { ForecastHistory } from "./domain/dated-forecasts.ts";
import type { AssetForecasts, ForecastChoice } from "./domain/forecast-queries.ts";
import type { Position } from "./domain/portfolio-problem.ts";
import type {
  ConstraintCheckOutcome,
  ConstraintCheckTask,
  FrontierOutcome,
  FrontierTask,
  MomentsOutcome,
  MomentsTask,
  OptimizationOutcome,
  OptimizationTask,
  RebalanceOutcome,
} from "./domain/solve-task.ts";
import type {
  GrowthTask,
  GrowthTaskOutcome,
  StressTask,
  StressTaskOutcome,
} from "./domain/stress-task.ts";

/** What this service needs to know about trained models. */
export interface ForecastSource {
  /**
   * Asks a version for its forecasts as of the last day of some prices.
   *
   * @param symbols - Each once, in the order wanted.
   * @throws {AppError} `FORECASTS_UNAVAILABLE`, `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_UNSET`,
   *   `VERSION_RETIRED`, `SYMBOL_NOT_FORECAST`, `HISTORY_TOO_SHORT`, and those of `PriceHistory`. The
   *   violation of symbol k has the field `symbols[k]`.
   */
  forecast(
    choice: ForecastChoice,
    symbols: readonly string[],
    prices: PriceSelection,
    signal: AbortSignal,
  ): Promise<AssetForecasts>;

  /**
   * Asks a version what it would have forecast on days of the past, knowing no later one.
   *
   * @param dates - `YYYY-MM-DD`, ascending. None asks for the range alone.
   * @param maxAgeDays - Calendar days by which a forecast may be older than the day.
   * @throws {AppError} As `forecast`, and `FORECAST_LOOKS_AHEAD`, `FORECASTS_MISSING`.
   */
  lookBack(
    choice: ForecastChoice,
    symbols: readonly string[],
    { dates, maxAgeDays }: { readonly dates: readonly string[]; readonly maxAgeDays: number },
    signal: AbortSignal,
  ): Promise<PastForecasts>;
}

/** Forecasts of the past, and of which days there are any. */
export interface PastForecasts {
  readonly history: ForecastHistory;
  /** `YYYY-MM-DD`, as the next. */
  readonly firstDate: string;
  readonly lastDate: string;
}

/** An outcome, and how long it took to compute. */
export type Timed<Outcome> = Outcome & { readonly solveTimeMs: number };

/** Solves away from the event loop. */
export interface Solver {
  /** @throws {AppError} `SOLVER_BUSY`, `SOLVER_TIMEOUT`. */
  optimize(task: OptimizationTask, signal: AbortSignal): Promise<Timed<OptimizationOutcome>>;
  /** @throws {AppError} As `optimize`. */
  traceFrontier(task: FrontierTask, signal: AbortSignal): Promise<Timed<FrontierOutcome>>;
  /** @throws {AppError} As `optimize`. */
  rebalance(task: ShareRebalanceProblem, signal: AbortSignal): Promise<Timed<RebalanceOutcome>>;
  /** @throws {AppError} As `optimize`. */
  estimateMoments(task: MomentsTask, signal: AbortSignal): Promise<Timed<MomentsOutcome>>;
  /** @throws {AppError} As `optimize`. */
  checkConstraints(
    task: ConstraintCheckTask,
    signal: AbortSignal,
  ): Promise<Timed<ConstraintCheckOutcome>>;
  /** @throws {AppError} As `optimize`. */
  analyze(task: AnalysisTask, signal: AbortSignal): Promise<Timed<AnalysisOutcome>>;
  /** @throws {AppError} As `optimize`. */
  stress(task: StressTask, signal: AbortSignal): Promise<Timed<StressTaskOutcome>>;
  /** @throws {AppError} As `optimize`. */
  simulateGrowth(task: GrowthTask, signal: AbortSignal): Promise<Timed<GrowthTaskOutcome>>;
}

/** A portfolio that somebody saved. */
export interface SavedPortfolio {
  /** A UUID of version 7. */
  readonly id: string;
  readonly name: string;
  readonly positions: readonly Position[];
  /** The encoded request that the weights came from. Opaque here and to the store. */
  readonly optimization: Uint8Array | undefined;
  /** The encoded provenance of the weights. Opaque here and to the store. */
  readonly provenance: Uint8Array | undefined;
  /** 0 when not said. */
  readonly cashAmount: number;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** Marks a save, so that its repetition is recognized. */
export interface SaveKey {
  /** Chosen by the caller. */
  readonly requestId: string;
  /** SHA-256 of what is saved. */
  readonly digest: Uint8Array;
}

/** Keeps portfolios. */
export interface PortfolioStore {
  /**
   * Saves a portfolio, once per key.
   *
   * @returns The portfolio as it is stored: under a known key the one that was saved first.
   * @throws {AppError} `REQUEST_ID_REUSED`: the key stands for something else.
   */
  save(portfolio: SavedPortfolio, key: SaveKey | undefined): Promise<SavedPortfolio>;

  /** @returns Undefined when there is none. */
  find(id: string): Promise<SavedPortfolio | undefined>;

  /**
   * Lists portfolios, newest first.
   *
   * @param beforeId - Only those that were made before this one.
   */
  list(limit: number, beforeId: string | undefined): Promise<readonly SavedPortfolio[]>;

  /** Deletes a portfolio, if it is there. */
  delete(id: string): Promise<void>;
}

/** A change of a saved portfolio's positions. */
export interface Rebalance {
  /** A UUID of version 7. */
  readonly id: string;
  readonly portfolioId: string;
  readonly before: readonly Position[];
  readonly after: readonly Position[];
  /** As in `PositionChanges`. */
  readonly turnover: number;
  /** As in `PositionChanges`. */
  readonly orderCount: number;
  /** May be empty. */
  readonly reason: string;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** What a portfolio is to hold from now on. */
export interface RebalanceOrder
  extends Pick<Rebalance, "id" | "portfolioId" | "after" | "reason" | "createTime">,
    Pick<SavedPortfolio, "optimization" | "provenance"> {}

/** Keeps rebalances. */
export interface RebalanceStore {
  /**
   * Replaces the positions of a portfolio, once per key, and records `portfolio.rebalanced`.
   *
   * @returns What has changed: under a known key what changed the first time.
   * @throws {AppError} `PORTFOLIO_UNKNOWN`, `NOTHING_TO_REBALANCE`, `REQUEST_ID_REUSED`.
   */
  rebalance(order: RebalanceOrder, key: SaveKey | undefined): Promise<Rebalance>;

  /**
   * Lists rebalances of a portfolio, newest first.
   *
   * @param beforeId - Only those that were made before this one.
   */
  listRebalances(
    portfolioId: string,
    limit: number,
    beforeId: string | undefined,
  ): Promise<readonly Rebalance[]>;
}

/** A backtest that somebody started. */
export interface StoredBacktest {
  /** A UUID of version 7. */
  readonly id: string;
  /** May be empty. */
  readonly name: string;
  /** The encoded specification, its dataset pinned. Opaque here and to the store. */
  readonly spec: Uint8Array;
  /** Missing between the start of the backtest and that of its job. */
  readonly jobId: string | undefined;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** Keeps backtests. */
export interface BacktestStore {
  /**
   * Adds a backtest, once per key.
   *
   * @returns The backtest as it is stored: under a known key the one that was added first.
   * @throws {AppError} `REQUEST_ID_REUSED`: the key stands for something else.
   */
  add(backtest: StoredBacktest, key: SaveKey | undefined): Promise<StoredBacktest>;

  /** Notes the job of a backtest. */
  setJob(id: string, jobId: string): Promise<void>;

  /** @returns Undefined when there is none. */
  find(id: string): Promise<StoredBacktest | undefined>;

  /** @returns The encoded result; undefined when there is none yet. */
  findResult(id: string): Promise<Uint8Array | undefined>;

  /**
   * Lists backtests, newest first.
   *
   * @param beforeId - Only those that were started before this one.
   */
  list(limit: number, beforeId: string | undefined): Promise<readonly StoredBacktest[]>;

  /** Deletes a backtest, if it is there. */
  delete(id: string): Promise<void>;
}
