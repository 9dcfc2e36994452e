import {
  ArgumentError,
  attributionPeriods,
  type BacktestResult,
  brinsonAttribution,
  factorAttribution,
  type Matrix,
  simpleReturns,
} from "@portfolio/quant";
import { cashReturns } from "./backtest-days.ts";
import type { WalkForwardValidation } from "./backtest-problem.ts";
import type { BacktestTask, BrinsonOutcome, FactorOutcome } from "./backtest-task.ts";
import { marketOf } from "./run-walk-forward.ts";

/** Lags of the errors of factor attribution, as the rule of Newey & West (1994) has it. */
function lagCountOf(dayCount: number): number {
  return Math.min(dayCount - 1, Math.floor(4 * (dayCount / 100) ** (2 / 9)));
}

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

/**
 * Explains returns over cash by those of factors.
 *
 * @param returns - Of the last days of the task.
 */
export function factorsOf(
  { factors, cashRatePerYear }: BacktestTask,
  returns: Float64Array,
): FactorOutcome | undefined {
  if (factors === undefined || returns.length <= factors.symbols.length + 1) {
    return undefined;
  }
  const { rows, cols, values } = simpleReturns(factors.closes);
  const [cash = 0] = cashReturns(cashRatePerYear, 1);
  const count = returns.length;
  const excess = {
    rows: count,
    cols,
    values: values.slice((rows - count) * cols).map((value) => value - cash),
  };
  const own = returns.map((value) => value - cash);
  return {
    symbols: factors.symbols,
    attribution: factorAttribution(own, excess, lagCountOf(count)),
  };
}
