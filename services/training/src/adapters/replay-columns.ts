import type { Matrix } from "@portfolio/quant";
import { dateOf, dayOf } from "../domain/day-number.ts";
import type { Replay } from "../domain/model-version.ts";

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

function bytesOf({ values }: Matrix): Buffer {
  const bytes = Buffer.alloc(values.length * DOUBLE_BYTES);
  for (const [k, value] of values.entries()) {
    bytes.writeDoubleLE(value, k * DOUBLE_BYTES);
  }
  return bytes;
}

function doublesOf(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / DOUBLE_BYTES }, (_, k) =>
    view.getFloat64(k * DOUBLE_BYTES, true),
  );
}
