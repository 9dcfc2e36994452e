import {
  advanceBacktest,
  applyDecision,
  type BacktestResult,
  type BacktestSpec,
  type BacktestState,
  type Decision,
  type DecisionContext,
  decideEqualWeights,
  type Market,
  runBacktest,
  startBacktest,
} from "@portfolio/quant";
import { cashReturns, dayNumbers } from "./backtest-days.ts";
import type { WalkForwardValidation } from "./backtest-problem.ts";
import type { BacktestCheckpoint, BacktestTask, FinishedSimulation } from "./backtest-task.ts";
import { decideFor, failuresOf } from "./decide.ts";
import { frictionless, simulationSpec } from "./walk-forward-plan.ts";

type WalkForwardCheckpoint = Extract<BacktestCheckpoint, { kind: "walk-forward" }>;

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
 * @returns Yields after each decision. The same task gives the same bits, stopped or not.
 */
export function* walkForwardSteps(
  task: BacktestTask,
  validation: WalkForwardValidation,
  from: WalkForwardCheckpoint | undefined,
): Generator<WalkForwardStep, readonly FinishedSimulation[]> {
  const market = marketOf(task);
  const spec = simulationSpec(task.dates, validation);
  const perStrategy = spec.decisionRows.length;
  const finished = [...(from?.finished ?? [])];
  let state = from?.current;
  for (const strategy of task.strategies.slice(finished.length)) {
    state ??= startBacktest(market, spec);
    let context = advanceBacktest(market, spec, state);
    while (context !== undefined) {
      applyDecision(market, spec, state, decideFor(strategy, context));
      yield {
        doneCount: finished.length * perStrategy + state.decisionCount,
        totalCount: task.strategies.length * perStrategy,
        name: strategy.name,
        checkpoint: { kind: "walk-forward", finished, current: state },
      };
      context = advanceBacktest(market, spec, state);
    }
    finished.push(finishedOf(market, spec, state));
    state = undefined;
  }
  return finished;
}

function finishedOf(market: Market, spec: BacktestSpec, state: BacktestState): FinishedSimulation {
  return {
    result: endedResult(market, spec, state),
    failures: failuresOf(state.strategyState),
  };
}

/** Simulates the benchmark, without costs. */
export function simulateBenchmark(
  task: BacktestTask,
  validation: WalkForwardValidation,
): BacktestResult {
  const { benchmarkCloses, benchmarkWeights } = task;
  const market = { ...marketOf(task), closes: benchmarkCloses };
  const spec = frictionless(simulationSpec(task.dates, validation));
  return simulate(market, spec, () => ({ weights: benchmarkWeights }));
}

/** Simulates equal weights at the costs of the strategies. */
export function simulateEqualWeight(
  task: BacktestTask,
  validation: WalkForwardValidation,
): BacktestResult {
  return simulate(marketOf(task), simulationSpec(task.dates, validation), decideEqualWeights);
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

function marketOf({ dates, closes, cashRatePerYear }: BacktestTask): Market {
  return {
    days: dayNumbers(dates),
    closes,
    cashReturns: cashReturns(cashRatePerYear, dates.length),
  };
}
