import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** The bundled sample: closes of every instrument by day. */
export interface SamplePrices {
  /** Trading days `YYYY-MM-DD`, ascending. */
  readonly dates: readonly string[];
  /** One close per date; NaN where there is none. */
  readonly closes: ReadonlyMap<string, Float64Array>;
  readonly instruments: readonly { symbol: string; name: string; kind: string }[];
}

const DIRECTORY = new URL("../../../data/", import.meta.url);

/** Reads the files that the data service loads on its first start. */
export function readSamplePrices(): SamplePrices {
  const text = gunzipSync(readFileSync(fileURLToPath(new URL("sample.csv.gz", DIRECTORY)))).toString();
  const manifest = JSON.parse(readFileSync(fileURLToPath(new URL("sample.json", DIRECTORY)), "utf8"));
  const [header = "", ...lines] = text.trim().split(/\r?\n/u);
  const rows = lines.map((line) => line.split(","));
  const closes = new Map(
    header
      .split(",")
      .slice(1)
      .map((symbol, i) => [
        symbol,
        Float64Array.from(rows, (row) => Number(row[i + 1] || Number.NaN)),
      ]),
  );
  return { dates: rows.map((row) => row[0] ?? ""), closes, instruments: manifest.instruments };
}
