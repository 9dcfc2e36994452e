// Searches for few of 98 assets that are stopped early, beside the best that a longer search finds.
import { cpuUsage } from "node:process";
import { discretePortfolio, sampleCovariance } from "@portfolio/quant";
import { normalSource } from "../measure.mjs";
import { fullyInvested } from "./data.mjs";

const ASSETS = 98;
const HELD_MAX = 10;
const WEEKS = 290;
const WEEKS_PER_YEAR = 52;
const SECTORS = 10;
// A distance from the best, relative to it, that counts as reached.
const CLOSE = 1e-3;
const LEAST_POSITIONS = [0, 0.01, 0.05];
const GOALS = [
  { kind: "minimum-variance" },
  { kind: "maximum-utility", riskAversion: 2 },
  { kind: "maximum-utility", riskAversion: 8 },
  { kind: "target-return", share: 0.3 },
  { kind: "target-return", share: 0.6 },
  { kind: "target-return", share: 0.85 },
  { kind: "maximum-sharpe", riskFreeRate: 0.02 },
];
/** Loadings on the market and on sectors: none, the one, or both. */
const MARKETS = { independent: [0, 0], "one factor": [1, 0], sectors: [1, 1] };

export const STOPPED_HEADER = [
  "market",
  "goal",
  "problems",
  "within 0.1 %",
  "worst",
  "longest CPU, ms",
  "proven so far",
  "proven in time",
  "longest proof, ms",
];

/** Runs every goal on every market of some seeds, twice: to a limit, and to a proof or `proofMs`. */
export function stoppedSearches({ seeds, limitMs, proofMs }, onRow) {
  return Object.entries(MARKETS).flatMap(([market, loadings]) => {
    const estimates = seeds.map((seed) => estimatesOf(loadings, seed));
    return [...new Set(GOALS.map(({ kind }) => kind))].map((kind) => {
      const goals = GOALS.filter((goal) => goal.kind === kind);
      const problems = estimates.flatMap((estimate, s) =>
        goals.map((goal, g) => problemOf(estimate, goal, LEAST_POSITIONS[(s + g) % 3])),
      );
      const row = [
        market,
        kind,
        ...summary(problems.map((each) => compare(each, limitMs, proofMs))),
      ];
      onRow(row);
      return row;
    });
  });
}

function summary(outcomes) {
  const worst = Math.max(...outcomes.map(({ off }) => off));
  const proofs = outcomes.filter(({ proofMs }) => proofMs !== undefined);
  return [
    String(outcomes.length),
    String(outcomes.filter(({ off }) => off <= CLOSE).length),
    `${(100 * worst).toFixed(2)} %`,
    Math.max(...outcomes.map(({ ms }) => ms)).toFixed(0),
    String(outcomes.filter(({ isProven }) => isProven).length),
    String(proofs.length),
    proofs.length === 0 ? "–" : Math.max(...proofs.map(({ proofMs }) => proofMs)).toFixed(0),
  ];
}

function compare(problem, limitMs, proofLimitMs) {
  const early = search(problem, limitMs);
  const late = search(problem, proofLimitMs);
  const best = Math.min(early.result.objective, late.result.objective);
  return {
    off: (early.result.objective - best) / Math.abs(best),
    ms: early.ms,
    isProven: early.result.status === "optimal",
    ...(late.result.status === "optimal" && { proofMs: late.ms }),
  };
}

function search(problem, limitMs) {
  const start = cpuMs();
  const shouldStop = () => cpuMs() - start > limitMs;
  const result = discretePortfolio(problem, { gap: 1e-6, shouldStop });
  return { result, ms: cpuMs() - start };
}

function cpuMs() {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

function estimatesOf([ofMarket, ofSector], seed) {
  const normal = normalSource(seed);
  const assets = Array.from({ length: ASSETS }, (_, i) => ({
    drift: 0.002 + 0.002 * normal(),
    market: ofMarket * (1 + 0.25 * normal()),
    sector: ofSector * (0.9 + 0.3 * normal()),
    index: i % SECTORS,
    own: 0.015 + 0.015 * Math.abs(normal()),
  }));
  const values = new Float64Array(WEEKS * ASSETS);
  const means = new Float64Array(ASSETS);
  for (let week = 0; week < WEEKS; week++) {
    const common = 0.02 * normal();
    const sectors = Array.from({ length: SECTORS }, () => 0.015 * normal());
    for (const [i, { drift, market, sector, index, own }] of assets.entries()) {
      const value = drift + market * common + sector * sectors[index] + own * normal();
      values[week * ASSETS + i] = value;
      means[i] += value / WEEKS;
    }
  }
  const covariance = sampleCovariance({ rows: WEEKS, cols: ASSETS, values });
  const yearly = covariance.values.map((entry) => entry * WEEKS_PER_YEAR);
  return {
    expectedReturns: means.map((mean) => mean * WEEKS_PER_YEAR),
    covariance: { ...covariance, values: yearly },
  };
}

function problemOf(estimates, goal, leastPosition) {
  const { share, ...rest } = goal;
  const count = { members: Array.from({ length: ASSETS }, (_, i) => i), least: 0, most: HELD_MAX };
  const problem = { ...estimates, constraints: fullyInvested(ASSETS) };
  return {
    ...problem,
    goal: share === undefined ? rest : { ...rest, returnPerYear: returnAt(problem, share) },
    discreteness: {
      holdings: {
        leastAbove: new Float64Array(ASSETS).fill(leastPosition),
        leastBelow: new Float64Array(ASSETS),
        counts: [count],
      },
    },
  };
}

/** The return that lies so far between that of the least variance and the highest. */
function returnAt(problem, share) {
  const { expectedReturns } = problem;
  const calm = discretePortfolio({
    ...problem,
    discreteness: {},
    goal: { kind: "minimum-variance" },
  });
  const least = calm.weights.reduce((sum, weight, i) => sum + weight * expectedReturns[i], 0);
  return least + share * (Math.max(...expectedReturns) - least);
}
