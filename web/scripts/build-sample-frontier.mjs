// Asks a running system for the frontier of the bundled sample and writes it where the start page reads it:
//   node web/scripts/build-sample-frontier.mjs [http://127.0.0.1:8080]
import { writeFile } from "node:fs/promises";
import { createClients } from "@portfolio/gen";

const SYMBOLS = [
  "AAPL",
  "AMD",
  "BAC",
  "BBY",
  "CVX",
  "GE",
  "HD",
  "JNJ",
  "JPM",
  "KO",
  "LLY",
  "MRK",
  "MSFT",
  "PEP",
  "PFE",
  "PG",
  "RRC",
  "UNH",
  "WMT",
  "XOM",
];
// The guard rail that the page sets for 20 assets.
const MAX_WEIGHT = 0.3;
// Enough for a picture; the page computes with the full numbers of a real answer.
const DIGITS = 7;

const short = (value) => Number(value.toPrecision(DIGITS));
const clients = createClients(process.argv[2] ?? "http://127.0.0.1:8080");
const answer = await clients.optimization.traceFrontier({
  symbols: SYMBOLS,
  dataset: { id: "sample" },
  expectedReturns: { method: { case: "historicalMean", value: {} } },
  covariance: { method: { case: "ledoitWolf", value: {} } },
  constraints: { defaultMin: 0, defaultMax: MAX_WEIGHT },
  includeEstimates: true,
});

const matrix = answer.estimates.covariancePerYear;
const view = new DataView(matrix.f64Le.buffer, matrix.f64Le.byteOffset, matrix.f64Le.byteLength);
const covariance =
  matrix.values.length > 0
    ? matrix.values
    : Array.from({ length: view.byteLength / 8 }, (_, i) => view.getFloat64(8 * i, true));

const stored = {
  startDate: answer.datesUsed.startDate,
  endDate: answer.datesUsed.endDate,
  model: {
    symbols: answer.symbols,
    riskFreeRate: 0,
    turningPoints: answer.turningPoints.map((point) => ({
      weights: point.weights.map(short),
      expectedReturn: short(point.expectedReturnPerYear),
      variance: short(point.variancePerYear),
      lambda: short(point.lambda),
    })),
    expectedReturns: answer.estimates.expectedReturnsPerYear.map(short),
    covariance: covariance.map(short),
  },
  assets: answer.assets.map((asset) => ({
    symbol: asset.symbol,
    expectedReturn: short(asset.expectedReturnPerYear),
    volatility: short(asset.volatilityPerYear),
  })),
};
const target = new URL("../src/lib/sample/sample-frontier.json", import.meta.url);
await writeFile(target, `${JSON.stringify(stored)}\n`);
