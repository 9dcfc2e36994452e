// What optimization.mjs times: our side of each task, its target, and the peers that can do it.
import {
  hierarchicalRiskParity,
  historicalMean,
  ledoitWolfCovariance,
  riskParity,
  sampleCovariance,
  traceFrontier,
  traceTowards,
} from "@portfolio/quant";
import { denseProblem, factorProblem, fullyInvested, longOnly } from "./data.mjs";
import { fewAssets, pooledScenarios, portfolioRisk, walkForwardFits } from "./longer-tasks.mjs";

const LEVEL = 0.95;

/**
 * @typedef {object} Task
 * @property {string} name Of the task in the peers' script.
 * @property {string} title Row of the table.
 * @property {number} [targetMs] Highest CPU time that is aimed at; none for rows that only compare.
 * @property {[number, number]} [size] Days and assets of the returns.
 * @property {(returns) => object} [input] What is made before the clock starts; by default the returns.
 * @property {(input) => unknown} work What is timed.
 * @property {(result, input) => number} objective What the answer is compared by.
 * @property {readonly string[]} peers Who can do the same.
 * @property {(input) => Float64Array} [handed] What the peers get in place of the returns.
 */

/** @type {readonly Task[]} */
export const TASKS = [
  {
    name: "covariance",
    title: "Ledoit–Wolf covariance, 500 × 2520",
    targetMs: 42,
    size: [2520, 500],
    work: ledoitWolfCovariance,
    objective: ({ shrinkage }) => shrinkage,
    peers: ["scikit-learn", "PyPortfolioOpt", "skfolio"],
  },
  {
    name: "frontier",
    title: "whole frontier, 500 assets",
    targetMs: 3,
    size: [2520, 500],
    input: estimates,
    ...frontierOf(),
    peers: ["cvxcla"],
  },
  {
    name: "frontier-30-points",
    title: "the same beside 30 points of skfolio",
    size: [2520, 500],
    input: estimates,
    work: traceFrontier,
    objective: leastVariance,
    peers: ["skfolio"],
  },
  {
    name: "frontier",
    title: "whole frontier, 500 assets, nearly all held",
    targetMs: 100,
    input: () => denseProblem(500),
    ...frontierOf(),
    peers: ["cvxcla"],
  },
  ...[500, 2000].map((count) => ({
    name: "factor-frontier",
    title: `whole frontier, ${count} assets, 20 factors, nearly all held`,
    input: () => factorProblem(count, 20),
    work: traceFrontier,
    objective: leastVariance,
    handed: ({ expectedReturns, factors }) =>
      Float64Array.of(...expectedReturns, ...factors.specificVariances, ...factors.loadings.values),
    peers: ["cvxcla"],
  })),
  ...[500, 1000].map((count) => ({
    name: "minimum-variance",
    title: `least variance, ${count} assets`,
    targetMs: count === 500 ? 2 : 8,
    size: [2520, count],
    input: estimates,
    work: (problem) => traceTowards(problem, { kind: "minimum-variance" }),
    objective: leastVariance,
    peers: ["PyPortfolioOpt", "skfolio", "Riskfolio-Lib"],
  })),
  portfolioRisk("cvar", "least CVaR, 100 × 1000", [1000, 100], 20, { kind: "cvar", level: LEVEL }),
  portfolioRisk("cvar", "least CVaR, 100 × 2520", [2520, 100], undefined, {
    kind: "cvar",
    level: LEVEL,
  }),
  portfolioRisk("cdar", "least CDaR, 100 × 1000", [1000, 100], undefined, {
    kind: "cdar",
    level: LEVEL,
  }),
  {
    ...portfolioRisk("cdar", "least CDaR, 100 × 2520", [2520, 100], 150, {
      kind: "cdar",
      level: LEVEL,
    }),
    peers: [],
  },
  portfolioRisk("maximum-drawdown", "least maximum drawdown, 100 × 1000", [1000, 100], undefined, {
    kind: "maximum-drawdown",
  }),
  {
    ...portfolioRisk("maximum-drawdown", "least maximum drawdown, 100 × 2520", [2520, 100], 40, {
      kind: "maximum-drawdown",
    }),
    peers: [],
  },
  {
    ...portfolioRisk(
      "mean-difference",
      "least Gini mean difference, 50 × 200",
      [200, 50],
      undefined,
      {
        kind: "gini-mean-difference",
      },
    ),
    peers: ["skfolio", "Riskfolio-Lib"],
  },
  {
    ...portfolioRisk("mean-difference", "least Gini mean difference, 50 × 1000", [1000, 50], 100, {
      kind: "gini-mean-difference",
    }),
    peers: ["Riskfolio-Lib"],
  },
  {
    ...portfolioRisk("tail-gini", "least tail Gini, 50 × 1000", [1000, 50], 100, {
      kind: "tail-gini",
      level: LEVEL,
      pieces: 100,
    }),
    peers: ["Riskfolio-Lib"],
  },
  {
    name: "risk-parity",
    title: "risk parity, 1000 assets",
    targetMs: 10,
    size: [2520, 1000],
    input: estimates,
    work: ({ covariance, constraints }) => riskParity(covariance, constraints),
    objective: varianceOf,
    peers: ["skfolio", "Riskfolio-Lib"],
  },
  {
    name: "hierarchical",
    title: "hierarchical risk parity, 1000 × 2520, from returns",
    targetMs: 150,
    size: [2520, 1000],
    work: (returns) =>
      hierarchicalRiskParity(sampleCovariance(returns), fullyInvested(returns.cols)),
    objective: (portfolio, returns) => varianceOf(portfolio, estimates(returns)),
    peers: ["PyPortfolioOpt", "skfolio", "Riskfolio-Lib"],
  },
  {
    name: "hierarchical",
    title: "hierarchical risk parity, 1000 assets, from covariance",
    targetMs: 10,
    size: [2520, 1000],
    input: estimates,
    work: ({ covariance, constraints }) => hierarchicalRiskParity(covariance, constraints),
    objective: varianceOf,
    peers: [],
  },
  ...walkForwardFits({ "minimum-variance": 100, hierarchical: 150, cvar: 900 }),
  pooledScenarios("entropy pooling, 1000 scenarios, 10 views", 2),
  fewAssets("at most 10 of 98 assets, to proof", 2000),
];

/** Times the frontier; the peers get what it is traced from. */
function frontierOf() {
  return {
    work: traceFrontier,
    objective: leastVariance,
    handed: ({ expectedReturns, covariance }) => {
      const numbers = new Float64Array(expectedReturns.length + covariance.values.length);
      numbers.set(expectedReturns);
      numbers.set(covariance.values, expectedReturns.length);
      return numbers;
    },
  };
}

function estimates(returns) {
  return longOnly(historicalMean(returns), sampleCovariance(returns));
}

function leastVariance({ frontier }) {
  return frontier.turningPoints[frontier.turningPoints.length - 1].variance;
}

function varianceOf({ weights }, { covariance }) {
  let variance = 0;
  for (let i = 0; i < weights.length; i++) {
    for (let j = 0; j < weights.length; j++) {
      variance += weights[i] * weights[j] * covariance.values[i * weights.length + j];
    }
  }
  return variance;
}
