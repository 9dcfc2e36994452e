import type { Matrix } from "@portfolio/quant";
import type { Replay } from "../domain/model-version.ts";

const DAY_MS = 86_400_000;
const DOUBLE_BYTES = 8;

/** A row of `training.replay`. */
export interface ReplayRow {
  readonly symbol: readonly string[];
  readonly day: readonly number[];
  readonly forecast: Uint8Array;
  readonly outcome: Uint8Array;
}

/** Writes replayed forecasts as columns. */
export function replayColumns({ symbols, dates, forecasts, outcomes }: Replay) {
  return {
    symbols: [...symbols],
    days: dates.map(dayOf),
    forecasts: bytesOf(forecasts),
    outcomes: bytesOf(outcomes),
  };
}

export function replayFromRow(row: ReplayRow): Replay {
  const [rows, cols] = [row.day.length, row.symbol.length];
  return {
    symbols: row.symbol,
    dates: row.day.map(dateOf),
    forecasts: { rows, cols, values: doublesOf(row.forecast) },
    outcomes: { rows, cols, values: doublesOf(row.outcome) },
  };
}

/** Days from 1970-01-01 to a date `YYYY-MM-DD`. */
export function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** Date `YYYY-MM-DD` of a count of days from 1970-01-01. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function bytesOf({ values }: Matrix): Buffer {
  const bytes = Buffer.alloc(values.length * DOUBLE_BYTES);
  for (let k = 0; k < values.length; k++) {
    bytes.writeDoubleLE(values[k], k * DOUBLE_BYTES);
  }
  return bytes;
}

function doublesOf(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / DOUBLE_BYTES }, (_, k) =>
    view.getFloat64(k * DOUBLE_BYTES, true),
  );
}
