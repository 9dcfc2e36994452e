import type { CloseHistory, DroppedDays } from "./domain/align-closes.ts";
import type { BarSeries } from "./domain/bar-series.ts";
import type {
  Catalog,
  DatasetSummary,
  DayRange,
  Instrument,
  InstrumentKind,
} from "./domain/instrument.ts";

/** Reads datasets. Revisions never change, so answers that name one are the same for ever. */
export interface PriceStore {
  /** All datasets, in no order. */
  datasets(): Promise<DatasetSummary[]>;

  /** Newest revision of a dataset. Undefined when there is no such dataset. */
  newestRevision(datasetId: string): Promise<number | undefined>;

  /** Instruments of a revision that exists. */
  catalog(datasetId: string, revision: number): Promise<Catalog>;

  /** Bars of one instrument as of a revision, within a period. */
  bars(instrument: Instrument, revision: number, period: DayRange): Promise<BarSeries>;

  /** Datasets that have a symbol, by symbol. */
  datasetsWithSymbols(symbols: readonly string[]): Promise<ReadonlyMap<string, string[]>>;

  /** SHA-256, in hexadecimal, of the file that made a dataset's newest revision. */
  sourceHash(datasetId: string): Promise<string | undefined>;
}

/** The bundled sample. */
export interface SampleSource {
  /** SHA-256 of its prices, in hexadecimal. */
  hash(): Promise<string>;

  /** @throws {Error} The file is not the one that the manifest describes. */
  read(): Promise<BarImport>;
}

/** Closes, kept close at hand. */
export interface CloseHistories {
  /** Whole histories, one per instrument, in their order. Nobody may write to them. */
  closes(catalog: Catalog, instruments: readonly Instrument[]): Promise<readonly CloseHistory[]>;
}

/** Closes of several instruments on the days that all of them share. */
export interface Panel {
  readonly dataset: { readonly id: string; readonly revision: number };
  readonly instruments: readonly Instrument[];
  /** `YYYY-MM-DD`, ascending. */
  readonly dates: readonly string[];
  /** Row-major doubles, little-endian: one row per date, one column per instrument. */
  readonly closes: Uint8Array;
  /** SHA-256 of symbols, dates and closes, in hexadecimal. */
  readonly contentHash: string;
  readonly dropped: readonly DroppedDays[];
}

/** Keeps panels that were asked for. May forget them. */
export interface PanelCache {
  /**
   * Gets a panel, or makes it: once, however many ask at the same time.
   *
   * @param key - Everything that the panel depends on.
   */
  get(key: string, make: () => Promise<Panel>): Promise<Panel>;
}

/** Bars to store, all or none of them. */
export interface BarImport {
  readonly datasetId: string;
  /** Given to the dataset if the import makes it. `title` also replaces another one's unless empty. */
  readonly description: DatasetDescription;
  readonly series: readonly ImportedSeries[];
  /** SHA-256 of the file. */
  readonly sourceHash: Uint8Array;
  /** Whether to count only, and store nothing. */
  readonly validateOnly: boolean;
}

export interface DatasetDescription {
  readonly title: string;
  readonly source: string;
  readonly license: string;
  readonly readOnly: boolean;
}

export interface ImportedSeries {
  /** Normalized; each symbol once. */
  readonly symbol: string;
  /** Used when the instrument is new. Its currency must be the present one when it is not. */
  readonly name: string;
  readonly kind: InstrumentKind;
  readonly currency: string;
  readonly bars: BarSeries;
}

/** What an import did, or would do. */
export interface ImportOutcome {
  /** Revision that holds the bars; 0 when the dataset does not exist. */
  readonly revision: number;
  readonly insertedCount: number;
  readonly updatedCount: number;
  readonly unchangedCount: number;
}

/** Stores bars. */
export interface PriceWriter {
  /**
   * Lays bars over a dataset as a new revision, in one transaction. Makes no revision when nothing
   * differs. Imports into the same dataset wait for one another.
   *
   * @throws {AppError} `CURRENCY_MISMATCH`: an instrument has another currency.
   */
  importBars(bars: BarImport): Promise<ImportOutcome>;
}
