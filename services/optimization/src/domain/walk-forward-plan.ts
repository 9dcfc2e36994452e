import { type BacktestSpec, periodStarts, TRADING_DAYS_PER_YEAR } from "@portfolio/quant";
import { dayNumbers } from "./backtest-days.ts";
import type { WalkForwardValidation } from "./backtest-problem.ts";
import type { BacktestFold } from "./backtest-task.ts";

/** Fewest returns that a test needs for its figures. */
const TEST_RETURNS_MIN = 2;

/**
 * Finds the rows before which strategies decide: each has `trainDays` returns before it.
 *
 * @param dates - Trading days `YYYY-MM-DD`, ascending.
 * @returns Ascending; none if there are too few days to train and then to test on.
 */
export function decisionRows(
  dates: readonly string[],
  { trainDays, rebalance }: WalkForwardValidation,
): Int32Array {
  const first = trainDays + 1;
  if (first > dates.length - TEST_RETURNS_MIN) {
    return Int32Array.of();
  }
  if (typeof rebalance === "number") {
    const count = Math.ceil((dates.length - first) / rebalance);
    return Int32Array.from({ length: count }, (_, k) => first + k * rebalance);
  }
  const rows = periodStarts(dayNumbers(dates), rebalance).filter((row) => row >= first);
  return (rows[0] ?? dates.length) > dates.length - TEST_RETURNS_MIN ? Int32Array.of() : rows;
}

/** Describes the decisions as folds: what each sees, and until when it holds. */
export function walkForwardFolds(
  dates: readonly string[],
  validation: WalkForwardValidation,
): BacktestFold[] {
  const rows = decisionRows(dates, validation);
  return Array.from(rows, (row, k) => ({
    trainStartRow: validation.isExpanding ? 0 : row - 1 - validation.trainDays,
    trainEndRow: row - 1,
    tests: [{ startRow: row, endRow: (rows[k + 1] ?? dates.length) - 1 }],
  }));
}

/** States how a strategy is simulated. */
export function simulationSpec(
  dates: readonly string[],
  validation: WalkForwardValidation,
): BacktestSpec {
  const { costs } = validation;
  return {
    decisionRows: decisionRows(dates, validation),
    lookbackRows: validation.isExpanding ? Number.POSITIVE_INFINITY : validation.trainDays + 1,
    executionLagRows: validation.executionLagDays,
    initialValue: validation.initialAmount,
    dividends: "reinvest",
    costs: {
      linearRate: costs.linearRate,
      halfSpread: costs.halfSpread,
      fixedPerTrade: costs.fixedAmount,
      ...(costs.impact && {
        impact: { coefficient: costs.impact.coefficient, windowRows: costs.impact.windowDays },
      }),
    },
    financing: {
      debitSpreadPerYear: costs.debitSpreadPerYear,
      borrowRatePerYear: costs.borrowRatePerYear,
    },
    minimumTradeValue: costs.minimumTradeAmount,
  };
}

/** The same without lag and costs, for a benchmark. */
export function frictionless(spec: BacktestSpec): BacktestSpec {
  return {
    ...spec,
    lookbackRows: 1,
    executionLagRows: 0,
    costs: { linearRate: 0, halfSpread: 0, fixedPerTrade: 0 },
    financing: { debitSpreadPerYear: 0, borrowRatePerYear: 0 },
    minimumTradeValue: 0,
  };
}

const PERIOD_DAYS = { week: 5, month: 21, quarter: 63, year: TRADING_DAYS_PER_YEAR } as const;

/** Tells how many trading days lie between decisions, on average. */
export function periodDays({ rebalance }: WalkForwardValidation): number {
  return typeof rebalance === "number" ? rebalance : PERIOD_DAYS[rebalance];
}
