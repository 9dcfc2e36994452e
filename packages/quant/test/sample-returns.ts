import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Matrix } from "../src/linalg/matrix.ts";

/**
 * Reads simple returns of the first stocks of the sample.
 *
 * @param days - The last days of the sample.
 * @param stocks - At most 20.
 */
export function sampleReturns(days: number, stocks = 20): Matrix {
  const file = readFileSync(new URL("../../../data/sample.csv.gz", import.meta.url));
  const lines = gunzipSync(file).toString("utf8").trim().split("\n");
  const prices = lines.slice(-days - 1).map((line) => line.split(",").slice(1, stocks + 1).map(Number));
  const values = new Float64Array(days * stocks);
  for (let t = 0; t < days; t++) {
    for (let j = 0; j < stocks; j++) {
      values[t * stocks + j] = Number(prices[t + 1]?.[j]) / Number(prices[t]?.[j]) - 1;
    }
  }
  return { rows: days, cols: stocks, values };
}
