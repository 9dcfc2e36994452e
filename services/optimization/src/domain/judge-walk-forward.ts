import {
  annualizeSharpe,
  type BacktestResult,
  backtestOverfitting,
  type SharpeTrials,
  sharpeRatio,
  sharpeScore,
  tearSheet,
  trialsOf,
} from "@portfolio/quant";
import { brinsonOf } from "./attribute-returns.ts";
import { cashReturns } from "./backtest-days.ts";
import type { WalkForwardValidation } from "./backtest-problem.ts";
import type {
  BacktestOutcome,
  BacktestTask,
  DecisionFailure,
  FinishedSimulation,
  GridOutcome,
  Overfitting,
  PortfolioOutcome,
} from "./backtest-task.ts";
import { factorsOf } from "./explain-by-factors.ts";
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
  const columns = finished.flatMap((one) => trialColumns(task, validation, one));
  const trials = columns.length > 1 ? trialsOf(Float64Array.from(columns, sharpeScore)) : undefined;
  const base = { task, validation, failures: [] };
  return {
    basis: task.basis,
    folds: walkForwardFolds(task.dates, validation),
    strategies: task.strategies.map(({ name }, k) => {
      const { result, failures, grid } = requireEntry(finished, k);
      const judged = simulated(name, result, { ...base, against: benchmark, trials, failures });
      return grid ? { ...judged, grid: gridOutcome(task, k, grid) } : judged;
    }),
    benchmark: simulated("Benchmark", benchmark, base),
    equalWeight: simulated("Equal weight", equalWeight, { ...base, against: benchmark }),
    overfitting: overfittingOf(columns),
  };
}

/** Returns over cash of all that was tried for one strategy: its own, or those of its candidates. */
function trialColumns(
  { cashRatePerYear }: BacktestTask,
  { initialAmount }: WalkForwardValidation,
  { result, grid }: FinishedSimulation,
): Float64Array[] {
  if (grid !== undefined) {
    const { cols } = grid.candidateReturns;
    return Array.from({ length: cols }, (_, c) => candidateColumn(grid, c));
  }
  const [cash = 0] = cashReturns(cashRatePerYear, 1);
  return [returnsFrom(initialAmount, result).map((value) => value - cash)];
}

type Grid = NonNullable<FinishedSimulation["grid"]>;

function candidateColumn({ candidateReturns }: Grid, candidate: number): Float64Array {
  const { rows, cols, values } = candidateReturns;
  return Float64Array.from({ length: rows }, (_, t) => values[t * cols + candidate] ?? 0);
}

function gridOutcome({ strategies }: BacktestTask, strategy: number, grid: Grid): GridOutcome {
  const method = strategies[strategy]?.method;
  const candidates = method?.kind === "grid" ? method.candidates : [];
  const columns = candidates.map((_, c) => candidateColumn(grid, c));
  return {
    candidates: candidates.map(({ name }, c) => {
      const column = requireEntry(columns, c);
      const sharpe = column.length < 2 ? undefined : sharpeRatio(column);
      return {
        name,
        choiceCount: grid.chosen.filter((chosen) => chosen === c).length,
        sharpePerYear: sharpe && annualizeSharpe(sharpe.ratio),
      };
    }),
    choices: grid.chosen,
    overfitting: overfittingOf(columns),
    deflatedSharpe: grid.deflatedSharpe,
  };
}

interface Judgement {
  readonly task: BacktestTask;
  readonly validation: WalkForwardValidation;
  readonly against?: BacktestResult;
  readonly trials?: SharpeTrials | undefined;
  readonly failures: readonly DecisionFailure[];
}

function simulated(
  name: string,
  simulation: BacktestResult,
  { task, validation, against, trials, failures }: Judgement,
): PortfolioOutcome {
  const { days } = simulation;
  const returns = returnsFrom(validation.initialAmount, simulation);
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
    brinson: against && brinsonOf(task, validation, simulation, against),
    factors: factorsOf(task, returns),
  };
}

/** Counts what the first trades cost in the first return: without a lag they are made before it. */
function returnsFrom(initialAmount: number, { daily, returns }: BacktestResult): Float64Array {
  const counted = Float64Array.from(returns);
  counted[0] = (1 + (returns[0] ?? 0)) * ((daily.values[0] ?? 0) / initialAmount) - 1;
  return counted;
}

/** Judges by as many days as all columns have: those of candidates begin with the first trade. */
function overfittingOf(columns: readonly Float64Array[]): Overfitting | undefined {
  const cols = columns.length;
  const rows = Math.min(...columns.map(({ length }) => length));
  if (cols < 2 || rows < 2 * OVERFITTING_BLOCKS) {
    return undefined;
  }
  const values = new Float64Array(rows * cols);
  for (const [j, column] of columns.entries()) {
    for (const [t, value] of column.subarray(column.length - rows).entries()) {
      values[t * cols + j] = value;
    }
  }
  const figures = backtestOverfitting({ rows, cols, values }, OVERFITTING_BLOCKS);
  return { ...figures, trialCount: cols };
}

function requireEntry<Entry>(entries: readonly Entry[], k: number): Entry {
  const entry = entries[k];
  if (entry === undefined) {
    throw new Error(`entry ${k} of ${entries.length} is missing`);
  }
  return entry;
}
