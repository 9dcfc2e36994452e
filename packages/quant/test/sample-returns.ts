import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Matrix } from "../src/linalg/matrix.ts";

const STOCK_COUNT = 20;

/** The last returns of the sample's 20 stocks and of its six indices. */
export interface SampleReturns {
  /** Shape (T, 20). */
  readonly stocks: Matrix;
  /** Shape (T, 6). */
  readonly indices: Matrix;
}

/** Reads the last simple returns of data/sample.csv.gz. */
export function readSampleReturns(dayCount: number): SampleReturns {
  const file = new URL("../../../data/sample.csv.gz", import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
  const prices = lines.slice(-dayCount - 1).map((line) => line.split(",").slice(1).map(Number));
  const returns = prices
    .slice(1)
    .map((day, t) => day.map((price, j) => price / Number(prices[t]?.[j]) - 1));
  return {
    stocks: columnsOf(returns, 0, STOCK_COUNT),
    indices: columnsOf(returns, STOCK_COUNT, returns[0]?.length ?? 0),
  };
}

/** Reads the last simple returns of the sample's 20 stocks, shape (T, 20). */
export function sampleReturns(dayCount: number): Matrix {
  return readSampleReturns(dayCount).stocks;
}

/** Takes columns from … to − 1. */
export function takeColumns({ rows, cols, values }: Matrix, from: number, to: number): Matrix {
  const taken = Array.from({ length: rows }, (_, t) =>
    Array.from(values.subarray(t * cols, (t + 1) * cols)),
  );
  return columnsOf(taken, from, to);
}

function columnsOf(rows: readonly (readonly number[])[], from: number, to: number): Matrix {
  const values = Float64Array.from(rows.flatMap((row) => row.slice(from, to)));
  return { rows: rows.length, cols: to - from, values };
}

/** Lists the lower triangle of a square matrix, row by row. */
export function lowerTriangle({ rows: n, values }: Matrix): number[] {
  return Array.from({ length: n }, (_, i) =>
    Array.from(values.subarray(i * n, i * n + i + 1)),
  ).flat();
}
