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
import { askPeer, leastCpuMs, report } from "./measure.mjs";
import { denseProblem, longOnly } from "./optimization/data.mjs";

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

const STOCK_COUNT = 20;
const PROBLEMS = [
  { name: "the sample's 20 stocks", problem: sampleProblem(), runs: 200 },
  { name: "100 made-up assets", problem: denseProblem(100), runs: 20 },
  { name: "500 made-up assets", problem: denseProblem(500), runs: 5 },
];

for (const { name, problem, runs } of PROBLEMS) {
  const { ms, result } = leastCpuMs(() => traceFrontier(problem), runs);
  const { turningPoints } = result.frontier;
  const { variance } = turningPoints[turningPoints.length - 1];
  const values = Float64Array.of(...problem.expectedReturns);
  const data = new Float64Array(values.length + problem.covariance.values.length);
  data.set(values);
  data.set(problem.covariance.values, values.length);
  const peers = askPeer("frontier.py", data, { after: [problem.expectedReturns.length] });
  report(`frontier of ${name}, ${turningPoints.length} turning points`, ms, peers);
  const peer = peers?.cvxcla;
  if (peer !== undefined && !(Math.abs(peer.variance / variance - 1) < 1e-9)) {
    throw new Error(`cvxcla ends at variance ${peer.variance}, we at ${variance}`);
  }
}
