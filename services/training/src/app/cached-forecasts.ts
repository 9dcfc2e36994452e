import type { RawForecasts } from "../domain/asset-forecasts.ts";

/** What the cache keeps of a version and a day: all of its forecasts. */
export interface CachedForecasts {
  readonly raw: RawForecasts;
  /** `YYYY-MM-DD`. */
  readonly asOfDate: string;
  /** SHA-256 in lower-case hexadecimal. */
  readonly snapshotHash: string;
}

/** Written form: JSON has no NaN. */
interface Entry {
  readonly symbols: readonly string[];
  readonly asOfDate: string;
  readonly snapshotHash: string;
  readonly intervalRadius: number | null;
  readonly columns: readonly (readonly (number | null)[])[];
}

/** Writes forecasts as bytes; numbers keep every bit. */
export function writeCachedForecasts({ raw, asOfDate, snapshotHash }: CachedForecasts): Uint8Array {
  const { symbols, values, volatilitiesPerYear, excessVolatilitiesPerYear, intervalRadius } = raw;
  const columns = [values, volatilitiesPerYear, excessVolatilitiesPerYear];
  const entry = {
    ...{ symbols, asOfDate, snapshotHash, intervalRadius },
    columns: columns.map((column) => Array.from(column)),
  };
  return Buffer.from(JSON.stringify(entry));
}

/** What was read of bytes that the cache holds in this process: it hands out the same ones again. */
const READ = new WeakMap<Uint8Array, CachedForecasts>();

/** Reads what `writeCachedForecasts` wrote. */
export function readCachedForecasts(bytes: Uint8Array): CachedForecasts {
  const known = READ.get(bytes) ?? decode(bytes);
  READ.set(bytes, known);
  return known;
}

function decode(bytes: Uint8Array): CachedForecasts {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const { symbols, asOfDate, snapshotHash, intervalRadius, columns }: Entry = JSON.parse(text);
  const column = (k: number) => Float64Array.from(columns[k] ?? [], (value) => value ?? Number.NaN);
  return {
    raw: {
      symbols,
      values: column(0),
      volatilitiesPerYear: column(1),
      excessVolatilitiesPerYear: column(2),
      intervalRadius: intervalRadius ?? Number.NaN,
    },
    asOfDate,
    snapshotHash,
  };
}
