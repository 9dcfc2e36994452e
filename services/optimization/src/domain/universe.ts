import type { Universe } from "./backtest-problem.ts";
import type { UniverseTask } from "./backtest-task.ts";

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
