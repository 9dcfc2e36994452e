import type { Goal, PortfolioMeasure } from "@portfolio/quant";
import { measureText } from "./measure-text.ts";
import { countText, percentText } from "./number-text.ts";
import type { OptimizationTask, SolvedPortfolio } from "./solve-task.ts";

const LARGEST_COUNT = 3;
const HELD_MIN = 5e-5;
const LIMITS_MAX = 3;

/** Tells an answer in sentences: what was done, what came of it, what held it back. */
export function explain(task: OptimizationTask, solved: SolvedPortfolio): string[] {
  return [
    goalSentence(task),
    ...extraSentences(task),
    weightSentence(task.symbols, solved.portfolio.weights),
    riskSentence(task.symbols, solved.portfolio.riskShares),
    ...limitSentences(solved),
    proofSentence(solved),
  ].filter((sentence) => sentence !== undefined);
}

function goalSentence({ objective, covariance, robustness }: OptimizationTask): string {
  const basis = `under the ${covariance.kind} covariance`;
  if (objective.kind !== "goal") {
    return `The weights follow ${objective.kind.replaceAll("-", " ")}, ${basis}.`;
  }
  const goal = goalText(objective.goal);
  const { resampling } = robustness ?? {};
  if (resampling === undefined) {
    return `The portfolio has ${goal}, ${basis}.`;
  }
  const { drawCount, subsetSize } = resampling;
  const draw = subsetSize > 0 ? `random ${subsetSize} of the assets` : "resampled history";
  return `The weights are the mean of ${drawCount} portfolios, one for each ${draw}, each with ${goal}, ${basis}.`;
}

function extraSentences({ customTerms, robustness }: OptimizationTask): string[] {
  const sentences: string[] = [];
  if (customTerms !== undefined) {
    sentences.push("The terms that the request adds to the objective are part of it.");
  }
  if (robustness?.meanSet !== undefined || robustness?.covarianceSet !== undefined) {
    sentences.push("The worst estimates within the uncertainty sets are assumed.");
  }
  return sentences;
}

function goalText(goal: Goal): string {
  switch (goal.kind) {
    case "minimum-risk":
      return `the lowest ${measureText(goal.measure)} that the constraints allow`;
    case "maximum-return":
      return "the highest expected return that the constraints allow";
    case "maximum-utility":
      return `the highest return less ${goal.riskAversion} times ${penaltyText(goal.measure)}`;
    case "maximum-ratio":
      return `the highest excess return per unit of ${measureText(goal.measure)}`;
    case "target-return":
      return `the lowest ${measureText(goal.measure)} that earns at least ${percentText(goal.returnPerYear)} a year`;
    case "target-risk":
      return `the highest expected return within a ${measureText(goal.limit.measure)} of ${percentText(goal.limit.max)}`;
    case "kelly":
      return "the highest expected growth rate of capital";
    case "moment-utility":
      return "the highest utility of return, variance, skewness and kurtosis found";
    case "benchmark-tracking":
      return "the lowest tracking error to the benchmark";
  }
}

function penaltyText(measure: PortfolioMeasure): string {
  return measure.kind === "variance" ? "half the variance" : `the ${measureText(measure)}`;
}

function weightSentence(symbols: readonly string[], weights: Float64Array): string | undefined {
  const held = largest(symbols, weights).filter(({ value }) => Math.abs(value) >= HELD_MIN);
  if (held.length === 0) {
    return;
  }
  const top = held.slice(0, LARGEST_COUNT);
  const list = top.map(({ symbol, value }) => `${symbol} ${shortPercent(value)}`).join(", ");
  const verb = top.length === 1 ? "is" : "are";
  return `It holds ${countText(held.length, "asset")} of ${symbols.length}; the largest ${verb} ${list}.`;
}

function riskSentence(symbols: readonly string[], shares: Float64Array): string | undefined {
  const [first] = largest(symbols, shares);
  if (first === undefined || first.value <= 0) {
    return;
  }
  return `${first.symbol} brings ${shortPercent(first.value)} of the variance.`;
}

function limitSentences({ binding }: SolvedPortfolio): string[] {
  return binding
    .filter(({ shadowPrice }) => shadowPrice > 0)
    .slice(0, LIMITS_MAX)
    .map(({ name }) => `It is held back by ${name}.`);
}

function proofSentence({ certificate }: SolvedPortfolio): string | undefined {
  switch (certificate.status) {
    case "optimal":
      return "No portfolio within the constraints does better: the conditions of optimality hold to rounding.";
    case "best-found":
      return `It is the best found in time: at most ${shortPercent(certificate.gap)} from the best there can be.`;
    case "locally-optimal":
      return "No portfolio nearby does better; one farther away may.";
    case "rule":
      return;
  }
}

function largest(symbols: readonly string[], values: Float64Array) {
  return symbols
    .map((symbol, i) => ({ symbol, value: values[i] ?? 0 }))
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

function shortPercent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
