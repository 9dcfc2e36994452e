import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { BarSeries } from "../domain/bar-series.ts";
import { encodeYear } from "../domain/year-chunk.ts";
import { TimeSlice } from "../time-slice.ts";
import { chunkHash } from "./chunk-hash.ts";
import { FIELD_CODES } from "./column-codes.ts";
import { CopyEncoder } from "./copy-encoder.ts";

/** Bars of one year of one instrument, of which some are to be written. */
export interface YearToWrite {
  readonly instrumentId: number;
  readonly year: number;
  readonly bars: BarSeries;
  /** Positions in `bars` of the rows to write. */
  readonly positions: readonly number[];
}

const BAR_COLUMNS = "instrument_id, d, open, high, low, close, volume, revision";
const BAR_COLUMN_COUNT = 8;
const CHUNK_COLUMNS = "instrument_id, field, year, revision, days, vals, content_hash";
const CHUNK_COLUMN_COUNT = 7;

/** Writes rows to `bar_1d` or a table of the same columns. */
export async function copyBars(
  client: PoolClient,
  table: string,
  years: readonly YearToWrite[],
  revision: number,
): Promise<void> {
  const encoder = new CopyEncoder(BAR_COLUMN_COUNT);
  await copyRows(client, `copy ${table} (${BAR_COLUMNS})`, encoder, years, (year) => {
    for (const position of year.positions) {
      encodeBar(encoder, year, position, revision);
    }
  });
}

/** Writes all bars of each year to `bar_chunk`. */
export async function copyChunks(
  client: PoolClient,
  years: readonly YearToWrite[],
  revision: number,
): Promise<void> {
  const encoder = new CopyEncoder(CHUNK_COLUMN_COUNT);
  await copyRows(client, `copy bar_chunk (${CHUNK_COLUMNS})`, encoder, years, (year) => {
    for (const chunk of encodeYear(year.year, year.bars)) {
      encoder.startRow();
      encoder.int4(year.instrumentId);
      encoder.int2(FIELD_CODES[chunk.field]);
      encoder.int2(chunk.year);
      encoder.int4(revision);
      encoder.bytes(chunk.days);
      encoder.bytes(chunk.values);
      encoder.bytes(chunkHash(chunk));
    }
  });
}

async function copyRows<Item>(
  client: PoolClient,
  copy: string,
  encoder: CopyEncoder,
  items: readonly Item[],
  encode: (item: Item) => void,
): Promise<void> {
  async function* blocks(): AsyncGenerator<Buffer> {
    const slice = new TimeSlice();
    for (const item of items) {
      encode(item);
      yield* encoder.takeFull();
      if (slice.isSpent) {
        await slice.giveWay();
      }
    }
    yield* encoder.end();
  }
  const target = client.query(copyFrom(`${copy} from stdin (format binary)`));
  await pipeline(Readable.from(blocks()), target);
}

function encodeBar(
  encoder: CopyEncoder,
  { instrumentId, bars }: YearToWrite,
  position: number,
  revision: number,
): void {
  const { days, fields } = bars;
  encoder.startRow();
  encoder.int4(instrumentId);
  encoder.date(days[position] as number);
  encoder.float8(fields.open?.[position] ?? Number.NaN);
  encoder.float8(fields.high?.[position] ?? Number.NaN);
  encoder.float8(fields.low?.[position] ?? Number.NaN);
  encoder.float8(fields.close[position] as number);
  encoder.float8(fields.volume?.[position] ?? Number.NaN);
  encoder.int4(revision);
}
