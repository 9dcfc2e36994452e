import {
  type NestedPlan,
  planNestedValidation,
  type SlidingCovariance,
  type WalkForwardSplit,
} from "@portfolio/quant";
import { cashReturns, dayNumbers } from "./backtest-days.ts";
import type { WalkForwardValidation } from "./backtest-problem.ts";
import type { GridMethod, Strategy } from "./backtest-strategy.ts";
import type { BacktestTask } from "./backtest-task.ts";
import { fitStrategy } from "./fit-strategy.ts";
import { heldReturns } from "./held-returns.ts";
import { sampleBefore } from "./sliding-samples.ts";
import type { OptimizationTask } from "./solve-task.ts";
import { takeColumnsFrom } from "./take-assets.ts";
import { decisionRows } from "./walk-forward-plan.ts";

/**
 * Plans which candidates are fitted where, so that each decision can choose among them.
 *
 * Rows are those of returns: return t is that from row t of the closes to the next. Tests begin
 * when trades are made, and so do those within the training days.
 *
 * @throws {ArgumentError} The training days hold no fit and test.
 */
export function gridPlan(
  dates: readonly string[],
  validation: WalkForwardValidation,
  method: GridMethod<unknown>,
): NestedPlan {
  return planNestedValidation(outerSplits(dates, validation), method.candidates.length, {
    trainRows: method.trainDays,
    testRows: method.testDays,
    purgeRows: validation.executionLagDays,
    isExpanding: method.isExpanding,
    keepsPartialTest: true,
  });
}

function outerSplits(
  dates: readonly string[],
  validation: WalkForwardValidation,
): WalkForwardSplit[] {
  const { trainDays, isExpanding, executionLagDays } = validation;
  const rows = decisionRows(dates, validation);
  const last = dates.length - 1;
  const tradedAt = (row: number) => Math.min(last, row - 1 + executionLagDays);
  return Array.from(rows, (row, k) => ({
    trainStart: isExpanding ? 0 : row - 1 - trainDays,
    trainEnd: row - 1,
    testStart: tradedAt(row),
    testEnd: tradedAt(rows[k + 1] ?? dates.length),
  }));
}

/** A strategy with a grid, and where it is tested. */
export interface GridWork {
  readonly task: BacktestTask;
  readonly validation: WalkForwardValidation;
  readonly strategy: Strategy<OptimizationTask>;
  readonly method: GridMethod<OptimizationTask>;
  readonly plan: NestedPlan;
  readonly samples: SlidingCovariance | undefined;
}

/**
 * Fits one candidate and holds it, as task `k` of a plan says.
 *
 * @returns Returns over cash in the test; those of cash where there is no answer.
 */
export function gridOutcome(work: GridWork, k: number) {
  const { task, validation, strategy, method, plan, samples } = work;
  const { candidate = 0, split } = plan.tasks[k] ?? {};
  const optimization = method.candidates[candidate]?.optimization;
  if (optimization === undefined || split === undefined) {
    throw new Error(`task ${k} of ${plan.tasks.length} is missing`);
  }
  const { closes, universe, cashRatePerYear } = task;
  const { trainStart, trainEnd, testStart, testEnd } = split;
  const isOuter = plan.folds.some(({ outerTasks }) => outerTasks.includes(k));
  const columns = Array.from({ length: closes.cols }, (_, j) => j);
  const seen = { ...closes, rows: trainEnd + 1 };
  const fit = fitStrategy(
    { ...strategy, optimization, method: undefined },
    {
      closes: takeColumnsFrom(seen, trainStart, columns),
      lastDay: dayNumbers(task.dates.slice(trainEnd, trainEnd + 1))[0],
      isMember: universe?.isMember.subarray(trainEnd * closes.cols, (trainEnd + 1) * closes.cols),
      requiredRows: (isOuter ? validation.trainDays : method.trainDays) + 1,
      sampleOver: samples && sampleBefore(samples, trainEnd + 1),
    },
    {},
  );
  const [cash = 0] = cashReturns(cashRatePerYear, 1);
  const weights = "weights" in fit ? fit.weights : new Float64Array(closes.cols);
  return heldReturns(closes, weights, { start: testStart, end: testEnd }, cash).map(
    (value) => value - cash,
  );
}
