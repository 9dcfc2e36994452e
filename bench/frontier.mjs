// Times the whole exact efficient frontier beside cvxcla: the sample's 20 stocks, and 100 and 500 made-up assets.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  annualizeCovariance,
  annualizeMean,
  historicalMean,
  ledoitWolfCovariance,
  simpleReturns,
  traceFrontier,
} from "@portfolio/quant";
import { askPeer, leastCpuMs, normalSource, report } from "./measure.mjs";

/** Makes a dense factor model: one factor for 20 assets, so that nearly all assets are held. */
function makeProblem(assetCount, seed) {
  const normal = normalSource(seed);
  const factorCount = Math.max(1, Math.floor(assetCount / 20));
  const loadings = Float64Array.from({ length: assetCount * factorCount }, () => 0.004 * normal());
  const covariance = new Float64Array(assetCount * assetCount);
  for (let i = 0; i < assetCount; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1e-4 * (1 + Math.abs(normal())) : 0;
      for (let f = 0; f < factorCount; f++) {
        sum += loadings[i * factorCount + f] * loadings[j * factorCount + f];
      }
      covariance[i * assetCount + j] = sum;
      covariance[j * assetCount + i] = sum;
    }
  }
  const expectedReturns = Float64Array.from({ length: assetCount }, () => 5e-4 + 3e-4 * normal());
  return longOnly(expectedReturns, { rows: assetCount, cols: assetCount, values: covariance });
}

/** The 20 stocks of the bundled sample, all days: historical means and Ledoit–Wolf covariance per year. */
function sampleProblem() {
  const csv = gunzipSync(readFileSync(new URL("../data/sample.csv.gz", import.meta.url)));
  const rows = csv.toString().trim().split("\n").slice(1);
  const closes = rows.map((row) =>
    row
      .split(",")
      .slice(1, STOCK_COUNT + 1)
      .map(Number),
  );
  const prices = { rows: rows.length, cols: STOCK_COUNT, values: Float64Array.from(closes.flat()) };
  const returns = simpleReturns(prices);
  return longOnly(
    annualizeMean(historicalMean(returns)),
    annualizeCovariance(ledoitWolfCovariance(returns).covariance),
  );
}

function longOnly(expectedReturns, covariance) {
  const lower = new Float64Array(expectedReturns.length);
  const upper = new Float64Array(expectedReturns.length).fill(1);
  return { expectedReturns, covariance, constraints: { lower, upper, budget: 1, rows: [] } };
}

const STOCK_COUNT = 20;
const PROBLEMS = [
  { name: "the sample's 20 stocks", problem: sampleProblem(), runs: 200 },
  { name: "100 made-up assets", problem: makeProblem(100, 12_345), runs: 20 },
  { name: "500 made-up assets", problem: makeProblem(500, 12_345), runs: 5 },
];

for (const { name, problem, runs } of PROBLEMS) {
  const { ms, result } = leastCpuMs(() => traceFrontier(problem), runs);
  const { turningPoints } = result.frontier;
  const { variance } = turningPoints[turningPoints.length - 1];
  const values = Float64Array.of(...problem.expectedReturns);
  const data = new Float64Array(values.length + problem.covariance.values.length);
  data.set(values);
  data.set(problem.covariance.values, values.length);
  const peers = askPeer("frontier.py", data, problem.expectedReturns.length);
  report(`frontier of ${name}, ${turningPoints.length} turning points`, ms, peers);
  const peer = peers?.cvxcla;
  if (peer !== undefined && !(Math.abs(peer.variance / variance - 1) < 1e-9)) {
    throw new Error(`cvxcla ends at variance ${peer.variance}, we at ${variance}`);
  }
}
