import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Code } from "@connectrpc/connect";
import { mockError } from "./mock-error.ts";

/** Datasets by identifier. */
export type MockStore = Map<string, SamplePrices>;

/** Closes of every instrument of a dataset by day. */
export interface SamplePrices {
  /** Trading days `YYYY-MM-DD`, ascending. */
  readonly dates: readonly string[];
  /** One close per date; NaN where there is none. */
  readonly closes: ReadonlyMap<string, Float64Array>;
  readonly instruments: readonly { symbol: string; name: string; kind: string }[];
}

const DIRECTORY = join(import.meta.dirname, "../../../data");

/** Takes a dataset out of the store; an unset reference means the sample. */
export function pricesOf(store: MockStore, reference: { id: string } | undefined): SamplePrices {
  const prices = store.get(reference?.id || "sample");
  if (prices === undefined) {
    throw mockError(Code.NotFound, "DATASET_UNKNOWN", "There is no such dataset.");
  }
  return prices;
}

/** Reads the files that the data service loads on its first start. */
export function readSamplePrices(): SamplePrices {
  const file = readFileSync(join(DIRECTORY, "sample.csv.gz"));
  const manifest = JSON.parse(readFileSync(join(DIRECTORY, "sample.json"), "utf8"));
  return { ...parsePrices(gunzipSync(file).toString()), instruments: manifest.instruments };
}

/** Reads prices in wide form: a column of days and one of closes per symbol. */
export function parsePrices(text: string): SamplePrices {
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
  const instruments = [...closes.keys()].map((symbol) => ({ symbol, name: symbol, kind: "stock" }));
  return { dates: rows.map((row) => row[0] ?? ""), closes, instruments };
}
