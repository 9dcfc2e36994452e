import { AppError } from "@portfolio/platform/app-error";
import type { PoolClient } from "pg";
import type { BarSeries, Field } from "../domain/bar-series.ts";
import { groupBy } from "../domain/group-by.ts";
import { type BarChanges, mergeBars } from "../domain/merge-bars.ts";
import { decodeChunks, encodeYear, splitYears } from "../domain/year-chunk.ts";
import type { ImportedSeries } from "../ports.ts";
import { TimeSlice } from "../time-slice.ts";
import { chunkHash } from "./chunk-hash.ts";
import { FIELD_CODES } from "./column-codes.ts";
import { toChunk } from "./postgres-price-store.ts";

const SELECT_INSTRUMENTS = `
  select id, symbol, currency
  from instrument
  where dataset_id = $1 and symbol = any($2)`;

const SELECT_HASHES = `
  select distinct on (instrument_id, field, year) instrument_id, field, year, content_hash
  from bar_chunk
  where instrument_id = any($1)
  order by instrument_id, field, year, revision desc`;

const SELECT_CHUNKS = `
  select distinct on (instrument_id, field, year) instrument_id, field, year, days, vals
  from bar_chunk
  where (instrument_id, year) in (select * from unnest($1::int[], $2::smallint[]))
  order by instrument_id, field, year, revision desc`;

/** Instrument-years that are read at a time, about 0.5 MB per field. */
const CHUNK_BATCH = 200;

const NO_BARS: BarSeries = { days: new Int32Array(0), fields: { close: new Float64Array(0) } };

/** What an import changes about one year of one instrument. */
export interface ChangedYear {
  readonly series: ImportedSeries;
  /** Undefined for an instrument that the import makes. */
  readonly instrumentId: number | undefined;
  readonly year: number;
  readonly changes: BarChanges;
}

/** What an import changes about a dataset. */
export interface ImportPlan {
  readonly changedYears: readonly ChangedYear[];
  /** Of instrument-years that do not change at all; `changes` counts the others. */
  readonly unchangedCount: number;
}

interface SeriesYear {
  readonly series: ImportedSeries;
  readonly instrumentId: number | undefined;
  readonly year: number;
  readonly bars: BarSeries;
}

/** A year of an instrument that is stored. */
interface StoredYear extends SeriesYear {
  readonly instrumentId: number;
}

/**
 * Compares an import with what is stored.
 *
 * Most of a repeated import is settled by the hashes of its chunks, without reading a price.
 *
 * @throws {AppError} `CURRENCY_MISMATCH`.
 */
export async function planImport(
  client: PoolClient,
  datasetId: string,
  series: readonly ImportedSeries[],
): Promise<ImportPlan> {
  const ids = await findInstruments(client, datasetId, series);
  const hashes = await readHashes(client, [...ids.values()]);
  const slice = new TimeSlice();
  const changedYears: ChangedYear[] = [];
  const overlapping: StoredYear[] = [];
  let unchangedCount = 0;
  for (const year of yearsOf(series, ids)) {
    if (!hasStoredYear(year, hashes)) {
      changedYears.push({ ...year, changes: mergeBars(NO_BARS, year.bars) });
    } else if (isStored(year, hashes)) {
      unchangedCount += year.bars.days.length;
    } else {
      overlapping.push(year);
    }
    if (slice.isSpent) {
      await slice.giveWay();
    }
  }
  for (let from = 0; from < overlapping.length; from += CHUNK_BATCH) {
    const merged = await mergeStored(client, overlapping.slice(from, from + CHUNK_BATCH), slice);
    changedYears.push(...merged);
  }
  return { changedYears, unchangedCount };
}

function yearsOf(
  series: readonly ImportedSeries[],
  ids: ReadonlyMap<string, number>,
): SeriesYear[] {
  return series.flatMap((one) =>
    splitYears(one.bars).map(({ year, bars }) => ({
      series: one,
      instrumentId: ids.get(one.symbol),
      year,
      bars,
    })),
  );
}

/** @returns Keys of the instruments that exist, by symbol. */
async function findInstruments(
  client: PoolClient,
  datasetId: string,
  series: readonly ImportedSeries[],
): Promise<Map<string, number>> {
  const symbols = series.map(({ symbol }) => symbol);
  const { rows } = await client.query<{ id: number; symbol: string; currency: string }>(
    SELECT_INSTRUMENTS,
    [datasetId, symbols],
  );
  const currencies = new Map(series.map(({ symbol, currency }) => [symbol, currency]));
  for (const { symbol, currency } of rows) {
    const given = currencies.get(symbol);
    if (given !== currency) {
      throw new AppError(
        "failed-precondition",
        "CURRENCY_MISMATCH",
        `Prices of ${symbol} in dataset ${datasetId} are in ${currency}, not ${given}.`,
        {
          violations: [{ field: "currency", description: `Give ${currency}, or another dataset.` }],
        },
      );
    }
  }
  return new Map(rows.map(({ id, symbol }) => [symbol, id]));
}

async function readHashes(
  client: PoolClient,
  instrumentIds: readonly number[],
): Promise<Map<string, Buffer>> {
  interface HashRow {
    readonly instrument_id: number;
    readonly field: number;
    readonly year: number;
    readonly content_hash: Buffer;
  }
  const { rows } = await client.query<HashRow>(SELECT_HASHES, [instrumentIds]);
  return new Map(
    rows.map((row) => [`${row.instrument_id}/${row.field}/${row.year}`, row.content_hash]),
  );
}

function chunkKey(instrumentId: number, field: Field, year: number): string {
  return `${instrumentId}/${FIELD_CODES[field]}/${year}`;
}

function hasStoredYear(year: SeriesYear, hashes: ReadonlyMap<string, Buffer>): year is StoredYear {
  const { instrumentId } = year;
  return instrumentId !== undefined && hashes.has(chunkKey(instrumentId, "close", year.year));
}

/** Tells whether every known value of the bars is stored, and nothing else for their fields. */
function isStored(
  { instrumentId, year, bars }: StoredYear,
  hashes: ReadonlyMap<string, Buffer>,
): boolean {
  return encodeYear(year, bars).every((chunk) => {
    const stored = hashes.get(chunkKey(instrumentId, chunk.field, year));
    return stored?.equals(chunkHash(chunk)) === true;
  });
}

async function mergeStored(
  client: PoolClient,
  years: readonly StoredYear[],
  slice: TimeSlice,
): Promise<ChangedYear[]> {
  interface ChunkRow {
    readonly instrument_id: number;
    readonly field: number;
    readonly year: number;
    readonly days: Buffer;
    readonly vals: Buffer;
  }
  const { rows } = await client.query<ChunkRow>(SELECT_CHUNKS, [
    years.map(({ instrumentId }) => instrumentId),
    years.map(({ year }) => year),
  ]);
  const chunks = groupBy(rows, (row) => `${row.instrument_id}/${row.year}`);
  const merged: ChangedYear[] = [];
  for (const { series, instrumentId, year, bars } of years) {
    const stored = decodeChunks((chunks.get(`${instrumentId}/${year}`) ?? []).map(toChunk));
    merged.push({ series, instrumentId, year, changes: mergeBars(stored, bars) });
    if (slice.isSpent) {
      await slice.giveWay();
    }
  }
  return merged;
}
