import { conditionalScenarios, fitVine, type Matrix, simpleReturns } from "@portfolio/quant";
import type { ConditionalScenarioFigures, ConditionalScenarioTask } from "./stress-task.ts";

const PROBABILITIES = [0.05, 0.25, 0.5, 0.75, 0.95];
/** Share of the draws that are the worst. */
const WORST = 0.05;
const RETURNS_MIN = 20;
// The fit takes time in proportion; five years of days tell the dependence well.
const RETURNS_MAX = 1260;

type ConditionalOutcome =
  | { readonly status: "solved"; readonly figures: ConditionalScenarioFigures }
  | { readonly status: "returns-too-few"; readonly count: number; readonly countMin: number };

/** Draws what a portfolio does when one asset has a given return, from a vine of pair copulas. */
export function drawConditional(
  weights: Float64Array,
  task: ConditionalScenarioTask,
): ConditionalOutcome {
  const { name, shock, shockedColumn, closes } = task;
  const returns = overHorizon(closes, task.horizonDays);
  if (returns === undefined) {
    const count = Math.floor((closes.rows - 1) / task.horizonDays);
    return { status: "returns-too-few", count, countMin: RETURNS_MIN };
  }
  const vine = fitVine(returns, shockedColumn);
  const { returns: drawn } = conditionalScenarios(vine, shock, task.drawCount, task.seed);
  const portfolio = portfolioReturns(drawn, weights).sort();
  const assetReturns = weights.map((_, j) => columnMean(drawn, j));
  const contributions = assetReturns.map((value, j) => value * (weights[j] ?? 0));
  const mean = sum(contributions);
  const past = vine.margins.sorted[shockedColumn] ?? new Float64Array();
  const figures = {
    name,
    portfolioReturn: mean,
    volatility: Math.sqrt(sum(portfolio.map((value) => (value - mean) ** 2)) / portfolio.length),
    quantiles: PROBABILITIES.map((probability) => quantile(portfolio, probability)),
    worstMean: worstMean(portfolio),
    assetReturns,
    contributions,
    beyondHistory: shock < (past[0] ?? shock) || shock > (past.at(-1) ?? shock),
    returnCount: returns.rows,
  };
  return { status: "solved", figures };
}

/**
 * Returns over runs of days that do not overlap, the last of which ends on the last day.
 *
 * @returns Nothing when there are fewer than 20; at most the last 1260.
 */
function overHorizon({ rows, cols, values }: Matrix, horizonDays: number): Matrix | undefined {
  const count = Math.min(RETURNS_MAX, Math.floor((rows - 1) / horizonDays));
  if (count < RETURNS_MIN) {
    return undefined;
  }
  const picked = new Float64Array((count + 1) * cols);
  for (let k = 0; k <= count; k++) {
    const row = rows - 1 - (count - k) * horizonDays;
    picked.set(values.subarray(row * cols, (row + 1) * cols), k * cols);
  }
  return simpleReturns({ rows: count + 1, cols, values: picked });
}

/** Sums over the first columns, those of the positions. */
function portfolioReturns({ rows, cols, values }: Matrix, weights: Float64Array): Float64Array {
  const returns = new Float64Array(rows);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < weights.length; j++) {
      returns[t] = (returns[t] ?? 0) + (weights[j] ?? 0) * (values[t * cols + j] ?? 0);
    }
  }
  return returns;
}

function columnMean({ rows, cols, values }: Matrix, column: number): number {
  let total = 0;
  for (let t = 0; t < rows; t++) {
    total += values[t * cols + column] ?? 0;
  }
  return total / rows;
}

/** The smallest of the ascending values that is reached with a probability of at least so much. */
function quantile(ascending: Float64Array, probability: number): number {
  const at = Math.ceil(probability * ascending.length) - 1;
  return ascending[Math.max(0, at)] ?? Number.NaN;
}

function worstMean(ascending: Float64Array): number {
  const worst = ascending.subarray(0, Math.max(1, Math.ceil(WORST * ascending.length)));
  return sum(worst) / worst.length;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
