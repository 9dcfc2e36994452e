import {
  ArgumentError,
  SlidingCovariance,
  simpleReturns,
  type WindowEstimates,
} from "@portfolio/quant";
import type { BacktestTask } from "./backtest-task.ts";

/**
 * Prepares estimates from any rows of a history, which share what they have in common.
 *
 * What is estimated depends on the rows alone: a backtest that goes on in another process gets the same
 * bits, and none from days that a decision must not know.
 *
 * @returns Nothing with a universe, where closes may be missing, and where a return is refused.
 */
export function slidingSamples({
  closes,
  universe,
}: Pick<BacktestTask, "closes" | "universe">): SlidingCovariance | undefined {
  if (universe !== undefined) {
    return undefined;
  }
  try {
    return new SlidingCovariance(simpleReturns(closes));
  } catch (error) {
    if (error instanceof ArgumentError) {
      return undefined;
    }
    throw error;
  }
}

/** Estimates from some last rows of closes before a row. */
export function sampleBefore(
  samples: SlidingCovariance,
  row: number,
): (rowCount: number) => WindowEstimates {
  return (rowCount) => samples.over(row - rowCount, row - 1);
}
