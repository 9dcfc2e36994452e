import { factorAttribution, simpleReturns } from "@portfolio/quant";
import { cashReturns } from "./backtest-days.ts";
import type { BacktestTask, FactorOutcome } from "./backtest-task.ts";

/** Lags of the errors of factor attribution, as the rule of Newey & West (1994) has it. */
function lagCountOf(dayCount: number): number {
  return Math.min(dayCount - 1, Math.floor(4 * (dayCount / 100) ** (2 / 9)));
}

/**
 * Explains returns over cash by those of factors.
 *
 * @param returns - Of the last days of the factors.
 */
export function factorsOf(
  { factors, cashRatePerYear }: Pick<BacktestTask, "factors" | "cashRatePerYear">,
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
