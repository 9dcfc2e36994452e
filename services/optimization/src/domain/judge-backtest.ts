import {
  assemblePaths,
  type BacktestResult,
  backtestOverfitting,
  type Matrix,
  type PurgedSplit,
  type SharpeTrials,
  sharpeScore,
  tearSheet,
  trialsOf,
} from "@portfolio/quant";
import { cashReturns, dayNumbers } from "./backtest-days.ts";
import type { PurgedValidation, WalkForwardValidation } from "./backtest-problem.ts";
import type {
  BacktestOutcome,
  BacktestTask,
  DecisionFailure,
  FinishedSimulation,
  FoldFit,
  PathFigures,
  PortfolioOutcome,
} from "./backtest-task.ts";
import { heldReturns } from "./held-returns.ts";
import { purgedFolds, splitsOf } from "./run-purged.ts";
import { simulateBenchmark, simulateEqualWeight } from "./run-walk-forward.ts";
import { walkForwardFolds } from "./walk-forward-plan.ts";

const LEVEL = 0.95;
const DRAWDOWN_COUNT = 5;
const OVERFITTING_BLOCKS = 16;

/** Judges simulated strategies against the benchmark, equal weights and each other. */
export function judgeWalkForward(
  task: BacktestTask,
  validation: WalkForwardValidation,
  finished: readonly FinishedSimulation[],
): BacktestOutcome {
  const benchmark = simulateBenchmark(task, validation);
  const equalWeight = simulateEqualWeight(task, validation);
  const { initialAmount } = validation;
  const [cash = 0] = cashReturns(task.cashRatePerYear, 1);
  const excess = finished.map(({ result }) =>
    returnsFrom(initialAmount, result).map((value) => value - cash),
  );
  const trials = excess.length > 1 ? trialsOf(Float64Array.from(excess, sharpeScore)) : undefined;
  const outcomeOf = (name: string, { result, failures }: FinishedSimulation) =>
    simulated(name, result, { against: benchmark, task, initialAmount, trials, failures });
  return {
    basis: task.basis,
    folds: walkForwardFolds(task.dates, validation),
    strategies: task.strategies.map(({ name }, k) => outcomeOf(name, requireEntry(finished, k))),
    benchmark: simulated("Benchmark", benchmark, { task, initialAmount, failures: [] }),
    equalWeight: simulated("Equal weight", equalWeight, {
      against: benchmark,
      task,
      initialAmount,
      failures: [],
    }),
    overfitting: overfittingOf(excess),
  };
}

interface Judgement {
  readonly task: BacktestTask;
  readonly initialAmount: number;
  readonly against?: BacktestResult;
  readonly trials?: SharpeTrials | undefined;
  readonly failures: readonly DecisionFailure[];
}

function simulated(
  name: string,
  simulation: BacktestResult,
  { task, initialAmount, against, trials, failures }: Judgement,
): PortfolioOutcome {
  const { days } = simulation;
  const returns = returnsFrom(initialAmount, simulation);
  return {
    name,
    simulation,
    tearSheet: tearSheet({
      days: days.slice(1),
      returns,
      benchmark: against?.returns,
      riskFree: cashReturns(task.cashRatePerYear, returns.length),
      trials,
      level: LEVEL,
      sharpeThresholdPerYear: 0,
      drawdownCount: DRAWDOWN_COUNT,
    }),
    foldWeights: undefined,
    paths: [],
    failures,
  };
}

/** Counts what the first trades cost in the first return: without a lag they are made before it. */
function returnsFrom(initialAmount: number, { daily, returns }: BacktestResult): Float64Array {
  const counted = Float64Array.from(returns);
  counted[0] = (1 + (returns[0] ?? 0)) * ((daily.values[0] ?? 0) / initialAmount) - 1;
  return counted;
}

function overfittingOf(excess: readonly Float64Array[]): BacktestOutcome["overfitting"] {
  const cols = excess.length;
  const rows = excess[0]?.length ?? 0;
  if (cols < 2 || rows < 2 * OVERFITTING_BLOCKS) {
    return undefined;
  }
  const values = new Float64Array(rows * cols);
  for (const [j, column] of excess.entries()) {
    for (const [t, value] of column.entries()) {
      values[t * cols + j] = value;
    }
  }
  const figures = backtestOverfitting({ rows, cols, values }, OVERFITTING_BLOCKS);
  return { ...figures, trialCount: cols };
}

/** Judges fitted strategies by the histories that their tests make up. */
export function judgePurged(
  task: BacktestTask,
  validation: PurgedValidation,
  fits: readonly FoldFit[],
): BacktestOutcome {
  const splits = splitsOf(task.dates.length, validation);
  const folds = purgedFolds(splits);
  const outcomeOf = (name: string, own: readonly FoldFit[]): PortfolioOutcome => ({
    name,
    simulation: undefined,
    tearSheet: undefined,
    foldWeights: weightRows(own, task.closes.cols),
    paths: pathsOf(task, splits, own),
    failures: own.flatMap((fit, k) =>
      "failure" in fit
        ? [{ date: task.dates[folds[k]?.trainEndRow ?? 0] ?? "", failure: fit.failure }]
        : [],
    ),
  });
  const { benchmarkCloses, benchmarkWeights, closes } = task;
  const equal = new Float64Array(closes.cols).fill(1 / closes.cols);
  return {
    basis: task.basis,
    folds,
    strategies: task.strategies.map(({ name }, k) =>
      outcomeOf(name, fits.slice(k * splits.length, (k + 1) * splits.length)),
    ),
    benchmark: constant("Benchmark", task, benchmarkCloses, benchmarkWeights),
    equalWeight: constant("Equal weight", task, closes, equal),
    overfitting: undefined,
  };
}

function pathsOf(
  task: BacktestTask,
  splits: readonly PurgedSplit[],
  fits: readonly FoldFit[],
): PathFigures[] {
  const [cash = 0] = cashReturns(task.cashRatePerYear, 1);
  const returns = splits.map(({ tests }, k) => {
    const fit = requireEntry(fits, k);
    const weights = "weights" in fit ? fit.weights : new Float64Array(task.closes.cols);
    return tests.map((test) => heldReturns(task.closes, weights, test, cash));
  });
  return assemblePaths(splits, returns).map((path) => pathFigures(task, path));
}

function constant(
  name: string,
  task: BacktestTask,
  closes: Matrix,
  weights: Float64Array,
): PortfolioOutcome {
  const [cash = 0] = cashReturns(task.cashRatePerYear, 1);
  const whole = { start: 0, end: closes.rows - 1 };
  return {
    name,
    simulation: undefined,
    tearSheet: undefined,
    foldWeights: undefined,
    paths: [pathFigures(task, heldReturns(closes, weights, whole, cash))],
    failures: [],
  };
}

function pathFigures({ dates, cashRatePerYear }: BacktestTask, returns: Float64Array): PathFigures {
  const sheet = tearSheet({
    days: dayNumbers(dates.slice(1)),
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
function weightRows(fits: readonly FoldFit[], cols: number): Matrix {
  const values = new Float64Array(fits.length * cols);
  for (const [k, fit] of fits.entries()) {
    values.set("weights" in fit ? fit.weights : [], k * cols);
  }
  return { rows: fits.length, cols, values };
}

function requireEntry<Entry>(entries: readonly Entry[], k: number): Entry {
  const entry = entries[k];
  if (entry === undefined) {
    throw new Error(`entry ${k} of ${entries.length} is missing`);
  }
  return entry;
}
