import type { Matrix } from "@portfolio/quant";
import type { Universe } from "./backtest-problem.ts";
import type { UniverseTask } from "./backtest-task.ts";

/** Days without a price that count as unchanged: more than a public holiday, less than an end. */
const UNCHANGED_DAYS_MAX = 5;

/**
 * Fills the last close into the days without a price that follow it, up to five in a row.
 *
 * What is filled depends on the past alone: whether prices go on is not known on the day.
 */
export function fillShortGaps({ rows, cols, values }: Matrix): Matrix {
  const filled = Float64Array.from(values);
  for (let j = 0; j < cols; j++) {
    let missing = 0;
    for (let t = 0; t < rows; t++) {
      const at = t * cols + j;
      missing = Number.isNaN(values[at]) ? missing + 1 : 0;
      if (missing > 0 && missing <= UNCHANGED_DAYS_MAX && t > 0) {
        filled[at] = filled[at - cols] ?? Number.NaN;
      }
    }
  }
  return { rows, cols, values: filled };
}

/** Tells when each symbol may be held, and what it pays when its prices end. */
export function universeTask(
  { memberships, delistingReturns }: Universe,
  symbols: readonly string[],
  dates: readonly string[],
): UniverseTask {
  const isMember = new Uint8Array(dates.length * symbols.length);
  for (const [j, symbol] of symbols.entries()) {
    const own = memberships.filter((membership) => membership.symbol === symbol);
    for (const [t, date] of dates.entries()) {
      const isWithin = own.some(
        ({ fromDate, toDate }) => fromDate <= date && (toDate === "" || date <= toDate),
      );
      isMember[t * symbols.length + j] = own.length === 0 || isWithin ? 1 : 0;
    }
  }
  return { isMember, delistingReturns };
}
