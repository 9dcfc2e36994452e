// Tasks of optimization.mjs that take more than a call: scenarios, walks through time, views, few assets.
import {
  discretePortfolio,
  entropyPooling,
  hierarchicalRiskParity,
  historicalMean,
  measureRisk,
  riskTerm,
  SlidingCovariance,
  sampleCovariance,
  solveConvex,
  traceTowards,
} from "@portfolio/quant";
import { fatTailedReturns, fullyInvested, longOnly } from "./data.mjs";

const TRAIN = 252;
const STEP = 21;
const FITS = 240;
const WALK_ASSETS = 100;

/** Minimizes a measure of the scenarios, fully invested without short positions. */
export function portfolioRisk(name, title, size, targetMs, measure) {
  return {
    name,
    title,
    size,
    targetMs,
    work: (returns) => leastRisk(measure, returns),
    objective: ({ x }, returns) => measureRisk(measure, seriesOf(returns, x)),
    peers: name === "maximum-drawdown" ? ["skfolio", "Riskfolio-Lib"] : ALL,
  };
}

const ALL = ["PyPortfolioOpt", "skfolio", "Riskfolio-Lib"];

/** @param start - Weights of the month before. */
function leastRisk(measure, returns, start) {
  const n = returns.cols;
  const system = {
    lower: new Float64Array(n),
    upper: new Float64Array(n).fill(1),
    rows: { rows: 1, cols: n, values: new Float64Array(n).fill(1) },
    rowLower: Float64Array.of(1),
    rowUpper: Float64Array.of(1),
  };
  const result = solveConvex(
    { terms: [{ weight: 1, term: riskTerm(measure, { returns }) }], system },
    start === undefined ? {} : { start: { x: start } },
  );
  if (result.status !== "optimal") {
    throw new Error(`${measure.kind} ends ${result.status}`);
  }
  return result;
}

function seriesOf({ rows, cols, values }, weights) {
  return Float64Array.from({ length: rows }, (_, day) => {
    let sum = 0;
    for (let i = 0; i < cols; i++) {
      sum += values[day * cols + i] * weights[i];
    }
    return sum;
  });
}

/** Fits a portfolio each month to the year before, for twenty years. */
export function walkForwardFits(targets) {
  const portfolios = {
    "minimum-variance": (returns) => {
      const sliding = new SlidingCovariance(returns);
      return (start, before) => {
        const { means, covariance } = sliding.over(start, start + TRAIN);
        const goal = { kind: "minimum-variance" };
        const { frontier } = traceTowards(longOnly(means, covariance), goal, before);
        return frontier.turningPoints[frontier.turningPoints.length - 1].weights;
      };
    },
    hierarchical: (returns) => {
      const sliding = new SlidingCovariance(returns);
      return (start) => {
        const { covariance } = sliding.over(start, start + TRAIN);
        return hierarchicalRiskParity(covariance, fullyInvested(returns.cols)).weights;
      };
    },
    cvar: (returns) => (start, before) =>
      leastRisk({ kind: "cvar", level: 0.95 }, daysOf(returns, start, start + TRAIN), before).x,
  };
  const titles = {
    "minimum-variance": "least variance",
    hierarchical: "hierarchical risk parity",
    cvar: "least CVaR",
  };
  return Object.entries(targets).map(([name, targetMs]) => ({
    name: `walk-forward-${name}`,
    title: `walk-forward, 100 assets, 240 months, ${titles[name]}`,
    targetMs,
    size: [TRAIN + FITS * STEP, WALK_ASSETS],
    work: (returns) => walkForward(returns, portfolios[name]),
    objective: variance,
    peers: ["skfolio"],
  }));
}

function walkForward(returns, strategy) {
  const choose = strategy(returns);
  const earned = [];
  let weights;
  for (let month = 0; month < FITS; month++) {
    const start = month * STEP;
    weights = choose(start, weights);
    earned.push(...seriesOf(daysOf(returns, start + TRAIN, start + TRAIN + STEP), weights));
  }
  return earned;
}

function daysOf({ cols, values }, from, to) {
  return { rows: to - from, cols, values: values.subarray(from * cols, to * cols) };
}

function variance(series) {
  const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
  return series.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (series.length - 1);
}

/** Raises the mean of each of ten assets by a tenth of its deviation. */
export function pooledScenarios(title, targetMs) {
  return {
    name: "entropy-pooling",
    title,
    targetMs,
    size: [1000, 10],
    work: (returns) => {
      const means = historicalMean(returns);
      const views = Array.from(means, (mean, i) => ({
        measure: "mean",
        coefficients: Float64Array.from(means, (_, j) => Number(i === j)),
        relation: "=",
        value: mean + 0.1 * deviationOf(returns, i, mean),
      }));
      return entropyPooling(returns, new Float64Array(returns.rows).fill(1 / returns.rows), views);
    },
    objective: ({ relativeEntropy }) => relativeEntropy,
    peers: ["skfolio"],
  };
}

function deviationOf({ rows, cols, values }, asset, mean) {
  let sum = 0;
  for (let day = 0; day < rows; day++) {
    sum += (values[day * cols + asset] - mean) ** 2;
  }
  return Math.sqrt(sum / rows);
}

/** Finds the least variance with at most ten assets of at least 1 % each. */
export function fewAssets(title, targetMs) {
  const count = 98;
  return {
    name: "few-assets",
    title,
    targetMs,
    input: () => sampleCovariance(fatTailedReturns(290, count)),
    work: (covariance) =>
      discretePortfolio(
        {
          expectedReturns: new Float64Array(count),
          covariance,
          constraints: fullyInvested(count),
          discreteness: {
            holdings: {
              leastAbove: new Float64Array(count).fill(0.01),
              leastBelow: new Float64Array(count),
              counts: [{ members: Array.from({ length: count }, (_, i) => i), least: 0, most: 10 }],
            },
          },
          goal: { kind: "minimum-variance" },
        },
        { gap: 1e-6 },
      ),
    objective: ({ objective }) => 2 * objective,
    peers: [],
  };
}
