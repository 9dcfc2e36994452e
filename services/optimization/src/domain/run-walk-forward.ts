import {
  advanceBacktest,
  applyDecision,
  type BacktestResult,
  type BacktestSpec,
  type BacktestState,
  type Decision,
  type DecisionContext,
  type Market,
  type Matrix,
  runBacktest,
  type SlidingCovariance,
  settleNestedValidation,
  sharpeScore,
  startBacktest,
} from "@portfolio/quant";
import { cashReturns, dayNumbers } from "./backtest-days.ts";
import type { WalkForwardValidation } from "./backtest-problem.ts";
import type { Strategy } from "./backtest-strategy.ts";
import type { BacktestCheckpoint, BacktestTask, FinishedSimulation } from "./backtest-task.ts";
import { decideFor, equalWeights, stateOf } from "./decide.ts";
import { type GridWork, gridOutcome, gridPlan } from "./run-grid.ts";
import { sampleBefore, slidingSamples } from "./sliding-samples.ts";
import type { OptimizationTask } from "./solve-task.ts";
import type { TrainingView } from "./training-window.ts";
import { frictionless, periodDays, simulationSpec } from "./walk-forward-plan.ts";

type WalkForwardCheckpoint = Extract<BacktestCheckpoint, { kind: "simulations" }>;

/** What is known after a decision. */
export interface WalkForwardStep {
  readonly doneCount: number;
  readonly totalCount: number;
  /** Name of the strategy. */
  readonly name: string;
  readonly checkpoint: WalkForwardCheckpoint;
}

/**
 * Simulates each strategy, decision by decision, from where an earlier run stopped.
 *
 * @returns Yields after each decision, and each task of a grid. The same task gives the same bits,
 *   stopped or not.
 */
export function* walkForwardSteps(
  task: BacktestTask,
  validation: WalkForwardValidation,
  from: WalkForwardCheckpoint | undefined,
): Generator<WalkForwardStep, readonly FinishedSimulation[]> {
  const market = marketOf(task, validation);
  const spec = simulationSpec(task.dates, validation);
  const samples = slidingSamples(task);
  const grids = task.strategies.map((strategy) => gridWork(task, validation, strategy, samples));
  const stepCounts = grids.map((grid) => (grid?.plan.tasks.length ?? 0) + spec.decisionRows.length);
  const finished = [...(from?.finished ?? [])];
  let known = from;
  for (const strategy of task.strategies.slice(finished.length)) {
    const stepsBefore = sum(stepCounts.slice(0, finished.length));
    const grid = grids[finished.length];
    const work = { task, validation, market, spec, strategy, grid, samples };
    const steps = strategySteps(work, known);
    known = undefined;
    for (;;) {
      const next = steps.next();
      if (next.done) {
        finished.push(next.value);
        break;
      }
      const { doneCount, current, outcomes } = next.value;
      yield {
        doneCount: stepsBefore + doneCount,
        totalCount: sum(stepCounts),
        name: strategy.name,
        checkpoint: {
          kind: "simulations",
          days: market.days,
          decisionTotal: spec.decisionRows.length,
          finished,
          current,
          outcomes,
        },
      };
    }
  }
  return finished;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

interface StrategyWork {
  readonly samples: SlidingCovariance | undefined;
  readonly task: BacktestTask;
  readonly validation: WalkForwardValidation;
  readonly market: Market;
  readonly spec: BacktestSpec;
  readonly strategy: Strategy<OptimizationTask>;
  readonly grid: GridWork | undefined;
}

type StrategyProgress = Pick<WalkForwardCheckpoint, "current" | "outcomes"> & {
  readonly doneCount: number;
};

/** Computes the grid of one strategy, if it has one, and simulates it. */
function* strategySteps(
  work: StrategyWork,
  from: WalkForwardCheckpoint | undefined,
): Generator<StrategyProgress, FinishedSimulation> {
  const { market, spec, strategy, grid } = work;
  const outcomes = [...(from?.outcomes ?? [])];
  while (grid !== undefined && outcomes.length < grid.plan.tasks.length) {
    outcomes.push(gridOutcome(grid, outcomes.length));
    yield { doneCount: outcomes.length, current: undefined, outcomes };
  }
  const settled = grid && settleNestedValidation(grid.plan, outcomes, sharpeScore);
  const state = from?.current ?? startBacktest(market, spec);
  for (;;) {
    const context = advanceBacktest(market, spec, state);
    if (context === undefined) {
      return {
        result: endedResult(market, spec, state),
        failures: stateOf(state.strategyState).failures,
        grid: settled,
      };
    }
    const candidate = grid?.method.candidates[settled?.chosen[state.decisionCount] ?? 0];
    const chosen = candidate
      ? { ...strategy, optimization: candidate.optimization, method: undefined }
      : strategy;
    applyDecision(market, spec, state, decideIn(work, chosen, context));
    yield { doneCount: outcomes.length + state.decisionCount, current: state, outcomes };
  }
}

function gridWork(
  task: BacktestTask,
  validation: WalkForwardValidation,
  strategy: Strategy<OptimizationTask>,
  samples: SlidingCovariance | undefined,
): GridWork | undefined {
  const { method } = strategy;
  if (method?.kind !== "grid") {
    return undefined;
  }
  const plan = gridPlan(task.dates, validation, method);
  return { task, validation, strategy, method, plan, samples };
}

function decideIn(
  { task, validation, spec, samples }: StrategyWork,
  strategy: Strategy<OptimizationTask>,
  context: DecisionContext,
): Decision {
  const view = trainingView(task, validation, context);
  const sampleOver = samples && sampleBefore(samples, context.row);
  return decideFor(
    strategy,
    context,
    { ...view, sampleOver },
    {
      costs: spec.costs,
      periodDays: periodDays(validation),
      cashRatePerYear: task.cashRatePerYear,
      borrowRatePerYear: validation.costs.borrowRatePerYear,
    },
  );
}

/** What a decision may look at, and which assets it may hold. */
function trainingView(
  { universe, closes }: BacktestTask,
  { trainDays }: WalkForwardValidation,
  { row, view }: DecisionContext,
): TrainingView {
  const { cols } = closes;
  return {
    closes: view.closes,
    lastDay: view.days[view.days.length - 1],
    isMember: universe?.isMember.subarray((row - 1) * cols, row * cols),
    requiredRows: trainDays + 1,
  };
}

/** Simulates the benchmark, without costs. */
export function simulateBenchmark(
  task: BacktestTask,
  validation: WalkForwardValidation,
): BacktestResult {
  const { benchmarkCloses, benchmarkWeights } = task;
  const { trainDays } = validation;
  const spec = frictionless(simulationSpec(task.dates, validation));
  if (benchmarkWeights === undefined) {
    const seeing = { ...spec, lookbackRows: trainDays + 1 };
    return simulate(marketOf(task, validation), seeing, equalWeightIn(task, validation));
  }
  const market = { ...marketOf({ ...task, universe: undefined }, validation), volumes: undefined };
  return simulate({ ...market, closes: benchmarkCloses }, spec, () => ({
    weights: benchmarkWeights,
  }));
}

/** Decides equal weights of what may be held. */
function equalWeightIn(task: BacktestTask, validation: WalkForwardValidation) {
  return (context: DecisionContext): Decision => ({
    weights: equalWeights(trainingView(task, validation, context)),
  });
}

/** Simulates equal weights at the costs of the strategies. */
export function simulateEqualWeight(
  task: BacktestTask,
  validation: WalkForwardValidation,
): BacktestResult {
  const spec = simulationSpec(task.dates, validation);
  return simulate(marketOf(task, validation), spec, equalWeightIn(task, validation));
}

function simulate(
  market: Market,
  spec: BacktestSpec,
  decide: (context: DecisionContext) => Decision,
): BacktestResult {
  const outcome = runBacktest(market, spec, decide);
  if (outcome.status !== "finished") {
    throw new Error("a simulation stopped although nothing stops it");
  }
  return outcome.result;
}

/** Reads the result of a simulation that has come to its end. */
function endedResult(market: Market, spec: BacktestSpec, state: BacktestState): BacktestResult {
  const outcome = runBacktest(market, spec, () => ({ weights: undefined }), { from: state });
  if (outcome.status !== "finished") {
    throw new Error("a simulation that has ended goes on");
  }
  return outcome.result;
}

/** States what happened on the market of the assets. */
export function marketOf(
  { dates, closes, cashRatePerYear, universe }: BacktestTask,
  { costs }: WalkForwardValidation,
): Market {
  return {
    days: dayNumbers(dates),
    closes,
    cashReturns: cashReturns(cashRatePerYear, dates.length),
    ...(costs.impact && { volumes: volumesOf(closes, costs.impact.tradedAmounts) }),
    ...(universe && { delistingReturns: universe.delistingReturns }),
  };
}

/** Shares that make up the amounts traded per day. */
function volumesOf({ rows, cols, values }: Matrix, amounts: Float64Array): Matrix {
  return { rows, cols, values: values.map((close, k) => (amounts[k % cols] ?? 0) / close) };
}
