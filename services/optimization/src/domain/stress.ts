import {
  conditionalShock,
  factorBetas,
  factorShock,
  type Matrix,
  sampleCovariance,
  simpleReturns,
} from "@portfolio/quant";
import { drawConditional } from "./conditional-scenario.ts";
import type { ConditionalProblem } from "./stress-problem.ts";
import type {
  ConditionalFigures,
  ConditionalScenarioFigures,
  FactorShockTask,
  StressFigures,
  StressTask,
  StressTaskOutcome,
} from "./stress-task.ts";
import { throughWindows } from "./stress-windows.ts";

/** Moves a portfolio through windows of the past and through shocks. */
export function runStress(task: StressTask): StressTaskOutcome {
  const { weights } = task;
  const passed = throughWindows(task);
  if (passed.status !== "solved") {
    return passed;
  }
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
  const conditionalScenarios: ConditionalScenarioFigures[] = [];
  for (const [index, scenario] of task.conditionalScenarios.entries()) {
    const drawn = drawConditional(weights, scenario);
    if (drawn.status !== "solved") {
      return { ...drawn, index };
    }
    conditionalScenarios.push(drawn.figures);
  }
  const { windows } = passed;
  return { status: "solved", windows, factorShocks, conditionalShocks, conditionalScenarios };
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
