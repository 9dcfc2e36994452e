import { assemblePaths, type Matrix, tearSheet } from "@portfolio/quant";
import { cashReturns, dayNumbers } from "./backtest-days.ts";
import type {
  BacktestOutcome,
  BacktestTask,
  PathFigures,
  PortfolioOutcome,
} from "./backtest-task.ts";
import type { Choice } from "./decide.ts";
import { heldReturns } from "./held-returns.ts";
import { describeFolds, type FoldPlan, type FoldValidation, splitsOf } from "./run-folds.ts";

const LEVEL = 0.95;

/** Judges fitted strategies by the histories that their tests make up. */
export function judgeFolds(
  task: BacktestTask,
  validation: FoldValidation,
  plans: readonly FoldPlan[],
  choices: readonly Choice[],
): BacktestOutcome {
  const folds = describeFolds(plans);
  const outcomeOf = (name: string, own: readonly Choice[]): PortfolioOutcome => ({
    ...withoutSimulation(name),
    foldWeights: weightRows(own, task.closes.cols),
    paths: pathsOf(task, validation, plans, own),
    failures: own.flatMap(({ failure, fallback }, k) =>
      failure ? [{ date: task.dates[folds[k]?.trainEndRow ?? 0] ?? "", failure, fallback }] : [],
    ),
  });
  const { benchmarkCloses, benchmarkWeights, closes } = task;
  const equal = new Float64Array(closes.cols).fill(1 / closes.cols);
  const reference = { task, validation, plans };
  return {
    basis: task.basis,
    folds,
    strategies: task.strategies.map(({ name }, k) =>
      outcomeOf(name, choices.slice(k * plans.length, (k + 1) * plans.length)),
    ),
    benchmark: {
      ...withoutSimulation("Benchmark"),
      paths: constantPaths(reference, benchmarkCloses, () => benchmarkWeights ?? equal),
    },
    equalWeight: {
      ...withoutSimulation("Equal weight"),
      paths: constantPaths(reference, closes, ({ assets }) => equalOf(assets, closes.cols)),
    },
    overfitting: undefined,
  };
}

function withoutSimulation(name: string): PortfolioOutcome {
  return {
    name,
    simulation: undefined,
    tearSheet: undefined,
    foldWeights: undefined,
    paths: [],
    failures: [],
  };
}

function equalOf(assets: readonly number[] | undefined, count: number): Float64Array {
  if (assets === undefined) {
    return new Float64Array(count).fill(1 / count);
  }
  const weights = new Float64Array(count);
  for (const asset of assets) {
    weights[asset] = 1 / assets.length;
  }
  return weights;
}

/** Puts the tests of one strategy together. */
function pathsOf(
  task: BacktestTask,
  validation: FoldValidation,
  plans: readonly FoldPlan[],
  choices: readonly Choice[],
): PathFigures[] {
  const [cash = 0] = cashReturns(task.cashRatePerYear, 1);
  const returns = plans.map(({ tests }, k) => {
    const weights = choices[k]?.weights ?? new Float64Array(task.closes.cols);
    return tests.map((test) => heldReturns(task.closes, weights, test, cash));
  });
  if (validation.kind === "combinatorial-purged") {
    const splits = splitsOf(task.dates.length, validation);
    return assemblePaths(splits, returns).map((path) => pathFigures(task, path, 0));
  }
  return walksOf(plans).map((numbers) => {
    const parts = numbers.flatMap((k) => returns[k] ?? []);
    const path = Float64Array.from(parts.flatMap((part) => Array.from(part)));
    return pathFigures(task, path, firstTest(plans, numbers));
  });
}

/** Lists the numbers of the plans of each walk. */
function walksOf(plans: readonly FoldPlan[]): number[][] {
  const walks: number[][] = [];
  for (const [k, { sample = 0 }] of plans.entries()) {
    const walk = walks[sample] ?? [];
    walk.push(k);
    walks[sample] = walk;
  }
  return walks;
}

function firstTest(plans: readonly FoldPlan[], numbers: readonly number[]): number {
  return plans[numbers[0] ?? 0]?.tests[0]?.start ?? 0;
}

interface Reference {
  readonly task: BacktestTask;
  readonly validation: FoldValidation;
  readonly plans: readonly FoldPlan[];
}

/** Measures constant weights over the whole time, or over the tests of each walk. */
function constantPaths(
  { task, validation, plans }: Reference,
  closes: Matrix,
  weightsIn: (plan: Pick<FoldPlan, "assets">) => Float64Array,
): PathFigures[] {
  const [cash = 0] = cashReturns(task.cashRatePerYear, 1);
  if (validation.kind === "combinatorial-purged") {
    const whole = { start: 0, end: closes.rows - 1 };
    return [pathFigures(task, heldReturns(closes, weightsIn({}), whole, cash), 0)];
  }
  return walksOf(plans).map((numbers) => {
    const start = firstTest(plans, numbers);
    const end = plans[numbers.at(-1) ?? 0]?.tests.at(-1)?.end ?? start;
    const weights = weightsIn(plans[numbers[0] ?? 0] ?? {});
    return pathFigures(task, heldReturns(closes, weights, { start, end }, cash), start);
  });
}

/** @param start - Return of the task that is the path's first. */
function pathFigures(
  { dates, cashRatePerYear }: BacktestTask,
  returns: Float64Array,
  start: number,
): PathFigures {
  const sheet = tearSheet({
    days: dayNumbers(dates.slice(start + 1, start + 1 + returns.length)),
    returns,
    riskFree: cashReturns(cashRatePerYear, returns.length),
    level: LEVEL,
    sharpeThresholdPerYear: 0,
    drawdownCount: 1,
  });
  return {
    compoundReturnPerYear: sheet.compoundReturnPerYear,
    volatilityPerYear: sheet.volatilityPerYear,
    sharpeRatio: sheet.sharpe?.ratioPerYear,
    maximumDrawdown: sheet.drawdowns[0]?.depth ?? 0,
  };
}

/** Writes fitted weights by row; a row of zeros where there are none: the test was in cash. */
function weightRows(choices: readonly Choice[], cols: number): Matrix {
  const values = new Float64Array(choices.length * cols);
  for (const [k, { weights }] of choices.entries()) {
    values.set(weights ?? [], k * cols);
  }
  return { rows: choices.length, cols, values };
}
