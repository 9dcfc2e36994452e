import {
  ArgumentError,
  attributionPeriods,
  type BacktestResult,
  brinsonAttribution,
  type Matrix,
} from "@portfolio/quant";
import type { WalkForwardValidation } from "./backtest-problem.ts";
import type { BacktestTask, BrinsonOutcome } from "./backtest-task.ts";
import { marketOf } from "./run-walk-forward.ts";

/**
 * Splits the return over the benchmark by groups.
 *
 * @param benchmark - The benchmark's simulation, whose weights count where none are given.
 * @returns Nothing without groups, where nothing was traded, or where a period loses everything.
 */
export function brinsonOf(
  task: BacktestTask,
  validation: WalkForwardValidation,
  own: BacktestResult,
  benchmark: BacktestResult,
): BrinsonOutcome | undefined {
  const { attribution, closes } = task;
  if (attribution === undefined || own.rebalances.length === 0) {
    return undefined;
  }
  const cols = attribution.closes.cols;
  const rebalances = own.rebalances.map((rebalance) => ({
    ...rebalance,
    weightsAfter: padded(rebalance.weightsAfter, cols),
  }));
  const values = new Float64Array(rebalances.length * cols);
  for (const [k, { executionRow }] of rebalances.entries()) {
    values.set(
      attribution.benchmarkWeights ?? weightsAt(benchmark, executionRow, closes),
      k * cols,
    );
  }
  const market = marketOf(task, validation);
  const known = market.delistingReturns;
  try {
    const periods = attributionPeriods({
      market: {
        ...market,
        closes: attribution.closes,
        volumes: undefined,
        ...(known && { delistingReturns: padded(known, cols) }),
      },
      rebalances,
      groups: attribution.groups,
      benchmarkWeights: { rows: rebalances.length, cols, values },
    });
    return { names: attribution.names, attribution: brinsonAttribution(periods) };
  } catch (error) {
    if (error instanceof ArgumentError) {
      return undefined;
    }
    throw error;
  }
}

function padded(values: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length);
  longer.set(values);
  return longer;
}

/** Weights that the benchmark traded to last, up to a row. */
function weightsAt({ rebalances }: BacktestResult, row: number, { cols }: Matrix): Float64Array {
  const last = rebalances.findLast(({ executionRow }) => executionRow <= row);
  return last?.weightsAfter ?? new Float64Array(cols);
}
