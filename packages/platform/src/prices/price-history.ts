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

/** One row per date, one column per symbol, row by row. */
export interface CloseMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/** Days of one asset that were left out, because another has no price then. */
interface DroppedHistory {
  readonly symbol: string;
  /** First and last day that the asset has in the period asked for, `YYYY-MM-DD`. */
  readonly startDate: string;
  readonly endDate: string;
  readonly droppedCount: number;
}

/** Closes of several assets on the days that all of them share. */
export interface PricePanel {
  readonly symbols: readonly string[];
  /** Trading days `YYYY-MM-DD`, ascending, at least one. */
  readonly dates: readonly string[];
  readonly dropped: readonly DroppedHistory[];
  /** Shared memory: threads read it without a copy. */
  readonly closes: CloseMatrix;
  /** What was read: the revision is never 0. */
  readonly dataset: DatasetReference;
  /** SHA-256 of symbols, dates and closes, in lower-case hexadecimal. */
  readonly contentHash: string;
}

/** Every close of several assets, also of days that not all of them share. */
export interface PriceTable {
  /** Days of any asset, `YYYY-MM-DD`, ascending. */
  readonly dates: readonly string[];
  /** NaN where an asset has no close. */
  readonly closes: CloseMatrix;
  /** What was read: the revision is never 0. */
  readonly dataset: DatasetReference;
}

/** The last known price of an asset. */
export interface LastClose {
  readonly symbol: string;
  readonly price: number;
  /** Day of the price, `YYYY-MM-DD`. */
  readonly date: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** What services need to know about prices. */
export interface PriceHistory {
  /**
   * Reads the closes of the days that all assets share.
   *
   * @param symbols - Each once, in the order wanted for columns.
   * @throws {AppError} `SYMBOL_UNKNOWN`, `DATASET_UNKNOWN`, `REVISION_UNKNOWN`,
   *   `HISTORY_TOO_SHORT` (no shared day), `PRICES_UNAVAILABLE`. The violation of symbol k has
   *   the field `symbols[k]`.
   */
  panel(
    symbols: readonly string[],
    selection: PriceSelection,
    signal: AbortSignal,
  ): Promise<PricePanel>;

  /**
   * Reads every close of each asset, also of days that not all of them share.
   *
   * @param symbols - Each once, in the order wanted for columns.
   * @throws {AppError} As `panel`, and `PANEL_TOO_LARGE`.
   */
  allCloses(
    symbols: readonly string[],
    selection: PriceSelection,
    signal: AbortSignal,
  ): Promise<PriceTable>;

  /**
   * Reads the last close of each asset, whatever its day.
   *
   * @throws {AppError} As `panel`.
   */
  lastCloses(
    symbols: readonly string[],
    dataset: DatasetReference,
    signal: AbortSignal,
  ): Promise<readonly LastClose[]>;

  /**
   * Lists the symbols of a dataset but for funds and indexes, at most 1000.
   *
   * @throws {AppError} As `panel`.
   */
  stocks(dataset: DatasetReference, signal: AbortSignal): Promise<readonly string[]>;
}
