import type { CalendarDay } from "./calendar-day.ts";

/** What kind of instrument it is. An index cannot be bought itself. */
export type InstrumentKind = "unknown" | "stock" | "etf" | "index";

/** First and last day, both included. */
export interface DayRange {
  readonly first: CalendarDay;
  readonly last: CalendarDay;
}

/** Something that has a price, as of a revision of its dataset. */
export interface Instrument {
  /** Key in the store. */
  readonly id: number;
  /** Position within the dataset, from 0, in order of creation. */
  readonly ordinal: number;
  /** Normalized, unique in the dataset. */
  readonly symbol: string;
  readonly name: string;
  readonly kind: InstrumentKind;
  /** ISO 4217. */
  readonly currency: string;
  readonly available: DayRange;
  /** Number of days that have a price. */
  readonly priceCount: number;
  /** In `currency`. */
  readonly lastClose: number;
  /** Revision that changed its prices last. */
  readonly revision: number;
}

/** A dataset as of its newest revision. */
export interface DatasetSummary {
  readonly id: string;
  readonly revision: number;
  readonly title: string;
  readonly source: string;
  readonly license: string;
  readonly readOnly: boolean;
  readonly instrumentCount: number;
  readonly available: DayRange;
  /** When the revision was stored, RFC 3339 in UTC. */
  readonly updateTime: string;
}

/** The instruments of one revision of a dataset. Never changes. */
export class Catalog {
  readonly datasetId: string;
  readonly revision: number;
  /** By symbol, ascending. */
  readonly instruments: readonly Instrument[];
  readonly #bySymbol: ReadonlyMap<string, Instrument>;

  constructor(datasetId: string, revision: number, instruments: readonly Instrument[]) {
    this.datasetId = datasetId;
    this.revision = revision;
    this.instruments = instruments.toSorted((a, b) => compareSymbols(a.symbol, b.symbol));
    this.#bySymbol = new Map(instruments.map((instrument) => [instrument.symbol, instrument]));
  }

  /** @param symbol - Normalized. */
  find(symbol: string): Instrument | undefined {
    return this.#bySymbol.get(symbol);
  }
}

/** Orders symbols by code unit, the same on every machine. */
export function compareSymbols(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
