import {
  conditionalShock,
  factorBetas,
  factorShock,
  historicalStress,
  type Matrix,
  STRESS_WINDOWS,
  type StressWindow,
  sampleCovariance,
  simpleReturns,
} from "@portfolio/quant";
import { dayNumbers } from "./backtest-days.ts";
import type { ConditionalProblem, NamedWindow } from "./stress-problem.ts";
import type {
  ConditionalFigures,
  FactorShockTask,
  StressFigures,
  StressTask,
  StressTaskOutcome,
} from "./stress-task.ts";

/** Moves a portfolio through windows of the past and through shocks. */
export function runStress(task: StressTask): StressTaskOutcome {
  const { weights, dates, closes } = task;
  const windows = historicalStress({ weights, days: dayNumbers(dates), closes }, [
    ...STRESS_WINDOWS,
    ...task.windows.map(ownWindow),
  ]);
  const factorShocks: StressFigures["factorShocks"][number][] = [];
  for (const [index, shock] of task.factorShocks.entries()) {
    const betas = betasOf(shock);
    if (betas === undefined) {
      return { status: "factors-collinear", index };
    }
    factorShocks.push({ name: shock.name, ...factorShock(weights, betas, shock.shocks) });
  }
  const conditionalShocks: ConditionalFigures[] = [];
  for (const [index, shock] of task.conditionalShocks.entries()) {
    const figures = conditionalFigures(task, shock);
    if (figures === undefined) {
      return { status: "shocks-contradictory", index };
    }
    conditionalShocks.push(figures);
  }
  return { status: "solved", windows, factorShocks, conditionalShocks };
}

function ownWindow({ name, startDate, endDate }: NamedWindow): StressWindow {
  const [startDay = 0, endDay = 0] = dayNumbers([startDate, endDate]);
  return { id: name, title: name, startDay, endDay, indexReturn: Number.NaN };
}

function betasOf({ closes, factorCloses }: FactorShockTask): Matrix | undefined {
  return factorBetas(simpleReturns(closes), simpleReturns(factorCloses));
}

/** @returns Nothing when the returns cannot occur together. */
function conditionalFigures(
  { weights, symbols, estimationCloses }: StressTask,
  { name, returns, horizonDays }: ConditionalProblem,
): ConditionalFigures | undefined {
  if (estimationCloses === undefined) {
    throw new Error("a conditional shock came without prices to estimate from");
  }
  const daily = sampleCovariance(simpleReturns(estimationCloses));
  const covariance = { ...daily, values: daily.values.map((entry) => entry * horizonDays) };
  const shocked = [...returns].map(([symbol, value]) => ({
    asset: symbols.indexOf(symbol),
    value,
  }));
  const answer = conditionalShock({
    means: new Float64Array(weights.length),
    covariance,
    shockedAssets: Int32Array.from(shocked, ({ asset }) => asset),
    shocks: Float64Array.from(shocked, ({ value }) => value),
  });
  if (answer.status === "contradictory") {
    return undefined;
  }
  const contributions = answer.means.map((value, j) => value * (weights[j] ?? 0));
  return {
    name,
    portfolioReturn: contributions.reduce((sum, part) => sum + part, 0),
    volatility: Math.sqrt(Math.max(0, quadratic(weights, answer.covariance))),
    assetReturns: answer.means,
    contributions,
    distance: answer.distance,
  };
}

function quadratic(weights: Float64Array, { cols, values }: Matrix): number {
  let sum = 0;
  for (const [k, entry] of values.entries()) {
    sum += (weights[Math.floor(k / cols)] ?? 0) * (weights[k % cols] ?? 0) * entry;
  }
  return sum;
}
