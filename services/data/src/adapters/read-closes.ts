import type { Pool } from "@portfolio/platform/postgres/pool";
import type { CloseHistory } from "../domain/align-closes.ts";
import { groupBy } from "../domain/group-by.ts";
import type { Instrument } from "../domain/instrument.ts";
import { decodeChunks } from "../domain/year-chunk.ts";
import { TimeSlice } from "../time-slice.ts";
import { FIELD_CODES } from "./column-codes.ts";
import { toChunk } from "./postgres-price-store.ts";

const SELECT_CLOSES = `
  select distinct on (instrument_id, year) instrument_id, field, year, days, vals
  from bar_chunk
  where instrument_id = any($1) and field = ${FIELD_CODES.close} and revision <= $2
  order by instrument_id, year, revision desc`;

interface ChunkRow {
  readonly instrument_id: number;
  readonly field: number;
  readonly year: number;
  readonly days: Buffer;
  readonly vals: Buffer;
}

/** Reads whole histories of closes as of a revision, in the order of the instruments. */
export async function readCloses(
  pool: Pool,
  instruments: readonly Instrument[],
  revision: number,
): Promise<CloseHistory[]> {
  const { rows } = await pool.query<ChunkRow>(SELECT_CLOSES, [
    instruments.map(({ id }) => id),
    revision,
  ]);
  const chunks = groupBy(rows, (row) => row.instrument_id);
  const slice = new TimeSlice();
  const histories: CloseHistory[] = [];
  for (const { id } of instruments) {
    const { days, fields } = decodeChunks((chunks.get(id) ?? []).map(toChunk));
    histories.push({ days, closes: fields.close });
    if (slice.isSpent) {
      await slice.giveWay();
    }
  }
  return histories;
}
