import { LRUCache } from "lru-cache";
import type { BarSeries } from "../domain/bar-series.ts";
import type { Catalog, DatasetSummary, DayRange, Instrument } from "../domain/instrument.ts";
import type { PriceStore } from "../ports.ts";

/** Instruments that may be kept, in all catalogs together; about 300 bytes each. */
const INSTRUMENTS_MAX = 200_000;

/** Keeps catalogs in memory. They never change. */
export class CachedPriceStore implements PriceStore {
  readonly #store: PriceStore;
  readonly #catalogs: LRUCache<string, Catalog, { datasetId: string; revision: number }>;

  constructor(store: PriceStore) {
    this.#store = store;
    this.#catalogs = new LRUCache({
      maxSize: INSTRUMENTS_MAX,
      sizeCalculation: ({ instruments }) => Math.max(1, instruments.length),
      fetchMethod: (_key, _stale, { context }) =>
        store.catalog(context.datasetId, context.revision),
    });
  }

  async catalog(datasetId: string, revision: number): Promise<Catalog> {
    const context = { datasetId, revision };
    const found = await this.#catalogs.fetch(`${datasetId}/${revision}`, { context });
    return found ?? this.#store.catalog(datasetId, revision);
  }

  datasets(): Promise<DatasetSummary[]> {
    return this.#store.datasets();
  }

  newestRevision(datasetId: string): Promise<number | undefined> {
    return this.#store.newestRevision(datasetId);
  }

  bars(instrument: Instrument, revision: number, period: DayRange): Promise<BarSeries> {
    return this.#store.bars(instrument, revision, period);
  }

  datasetsWithSymbols(symbols: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
    return this.#store.datasetsWithSymbols(symbols);
  }

  sourceHash(datasetId: string): Promise<string | undefined> {
    return this.#store.sourceHash(datasetId);
  }
}
