import type { Pool } from "@portfolio/platform/postgres/pool";
import { type BarSeries, lowerBound, sliceBars } from "../domain/bar-series.ts";
import { parseIsoDate, yearOf } from "../domain/calendar-day.ts";
import {
  Catalog,
  type DatasetSummary,
  type DayRange,
  type Instrument,
} from "../domain/instrument.ts";
import { decodeChunks, type YearChunk } from "../domain/year-chunk.ts";
import type { PriceStore } from "../ports.ts";
import { fieldOfCode, kindOfCode } from "./column-codes.ts";

const SELECT_DATASETS = `
  select d.id, d.revision, d.title, d.source, d.license, d.read_only,
    r.instrument_count, r.first_day, r.last_day, r.create_time
  from dataset d
  join dataset_revision r on r.dataset_id = d.id and r.revision = d.revision`;

const SELECT_NEWEST_REVISION = "select revision from dataset where id = $1";

const SELECT_INSTRUMENTS = `
  select distinct on (i.id) i.id, i.ordinal, i.symbol, i.name, i.kind, i.currency,
    r.revision, r.first_day, r.last_day, r.price_count, r.last_close
  from instrument i
  join instrument_revision r on r.instrument_id = i.id
  where i.dataset_id = $1 and r.revision <= $2
  order by i.id, r.revision desc`;

const SELECT_CHUNKS = `
  select distinct on (field, year) field, year, days, vals
  from bar_chunk
  where instrument_id = $1 and revision <= $2 and year between $3 and $4
  order by field, year, revision desc`;

const SELECT_DATASETS_WITH_SYMBOLS = `
  select symbol, array_agg(dataset_id order by dataset_id) as dataset_ids
  from instrument
  where symbol = any($1)
  group by symbol`;

const SELECT_SOURCE_HASH = `
  select encode(r.source_hash, 'hex') as hash
  from dataset d
  join dataset_revision r on r.dataset_id = d.id and r.revision = d.revision
  where d.id = $1`;

interface DatasetRow {
  readonly id: string;
  readonly revision: number;
  readonly title: string;
  readonly source: string;
  readonly license: string;
  readonly read_only: boolean;
  readonly instrument_count: number;
  readonly first_day: string;
  readonly last_day: string;
  readonly create_time: string;
}

interface InstrumentRow {
  readonly id: number;
  readonly ordinal: number;
  readonly symbol: string;
  readonly name: string;
  readonly kind: number;
  readonly currency: string;
  readonly revision: number;
  readonly first_day: string;
  readonly last_day: string;
  readonly price_count: number;
  readonly last_close: number;
}

interface ChunkRow {
  readonly field: number;
  readonly year: number;
  readonly days: Buffer;
  readonly vals: Buffer;
}

/** Reads the tables that migration 0001 defines. */
export class PostgresPriceStore implements PriceStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async datasets(): Promise<DatasetSummary[]> {
    const { rows } = await this.#pool.query<DatasetRow>(SELECT_DATASETS);
    return rows.map((row) => ({
      id: row.id,
      revision: row.revision,
      title: row.title,
      source: row.source,
      license: row.license,
      readOnly: row.read_only,
      instrumentCount: row.instrument_count,
      available: dayRange(row),
      updateTime: row.create_time,
    }));
  }

  async newestRevision(datasetId: string): Promise<number | undefined> {
    const { rows } = await this.#pool.query<{ revision: number }>({
      name: "newest-revision",
      text: SELECT_NEWEST_REVISION,
      values: [datasetId],
    });
    return rows[0]?.revision;
  }

  async catalog(datasetId: string, revision: number): Promise<Catalog> {
    const { rows } = await this.#pool.query<InstrumentRow>(SELECT_INSTRUMENTS, [
      datasetId,
      revision,
    ]);
    return new Catalog(datasetId, revision, rows.map(toInstrument));
  }

  async bars(instrument: Instrument, revision: number, period: DayRange): Promise<BarSeries> {
    const { rows } = await this.#pool.query<ChunkRow>({
      name: "chunks-of-instrument",
      text: SELECT_CHUNKS,
      values: [instrument.id, revision, yearOf(period.first), yearOf(period.last)],
    });
    const bars = decodeChunks(rows.map(toChunk));
    const from = lowerBound(bars.days, period.first);
    return sliceBars(bars, from, lowerBound(bars.days, period.last + 1));
  }

  async datasetsWithSymbols(symbols: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
    const { rows } = await this.#pool.query<{ symbol: string; dataset_ids: string[] }>(
      SELECT_DATASETS_WITH_SYMBOLS,
      [symbols],
    );
    return new Map(rows.map((row) => [row.symbol, row.dataset_ids]));
  }

  async sourceHash(datasetId: string): Promise<string | undefined> {
    const { rows } = await this.#pool.query<{ hash: string }>(SELECT_SOURCE_HASH, [datasetId]);
    return rows[0]?.hash;
  }
}

/** @param row - Columns of `bar_chunk`. */
export function toChunk(row: ChunkRow): YearChunk {
  return { field: fieldOfCode(row.field), year: row.year, days: row.days, values: row.vals };
}

function toInstrument(row: InstrumentRow): Instrument {
  return {
    id: row.id,
    ordinal: row.ordinal,
    symbol: row.symbol,
    name: row.name,
    kind: kindOfCode(row.kind),
    currency: row.currency,
    available: dayRange(row),
    priceCount: row.price_count,
    lastClose: row.last_close,
    revision: row.revision,
  };
}

function dayRange(row: { first_day: string; last_day: string }): DayRange {
  return { first: storedDay(row.first_day), last: storedDay(row.last_day) };
}

function storedDay(text: string): number {
  const day = parseIsoDate(text);
  if (day === undefined) {
    throw new RangeError(`the store holds a day ${text}`);
  }
  return day;
}
