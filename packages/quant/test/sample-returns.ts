import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type Matrix, matrixFromRows } from "../src/linalg/matrix.ts";

const STOCK_COUNT = 20;

/** Reads the last simple returns of the 20 stocks of data/sample.csv.gz, shape (days, 20). */
export function sampleReturns(days: number): Matrix {
  const file = gunzipSync(readFileSync(new URL("../../../data/sample.csv.gz", import.meta.url)));
  const lines = file.toString("utf8").trimEnd().split("\n");
  const prices = lines.slice(-days - 1).map((line) =>
    line
      .split(",")
      .slice(1, 1 + STOCK_COUNT)
      .map(Number),
  );
  return matrixFromRows(
    prices
      .slice(1)
      .map((row, t) => row.map((price, i) => price / (prices[t]?.[i] ?? Number.NaN) - 1)),
  );
}
