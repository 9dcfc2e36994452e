import { checkNumbers } from "./read-numbers.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuseIfAny } from "./refuse.ts";

// With budgets further apart, the smallest would be lost in the accuracy of risk shares.
export const RISK_BUDGET_RANGE = { min: 1e-6, max: 1e6 } as const;

/**
 * Reads risk budgets by symbol.
 *
 * @returns One per symbol of the request, or nothing when none is written.
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `CONSTRAINT_SYMBOL_UNKNOWN`,
 *   `SYMBOL_REPEATED`, `RISK_BUDGETS_INCOMPLETE`.
 */
export function readRiskBudgets(
  budgets: Readonly<Record<string, number>>,
  list: SymbolList,
): Float64Array | undefined {
  const written = Object.entries(budgets);
  if (written.length === 0) {
    return;
  }
  checkNumbers(
    written.map(([symbol, value]) => ({ field: pathOf(symbol), value, ...RISK_BUDGET_RANGE })),
  );
  refuseIfAny(
    "CONSTRAINT_SYMBOL_UNKNOWN",
    written
      .filter(([symbol]) => list.indexOf(symbol) === undefined)
      .map(([symbol]) => ({
        field: pathOf(symbol),
        description: `"${symbol}" is not one of the symbols of this request`,
      })),
  );
  // Two spellings of a symbol, such as `AAPL` and `aapl`: the last one is at its index.
  const last = new Map(written.map(([symbol]) => [list.indexOf(symbol), symbol]));
  refuseIfAny(
    "SYMBOL_REPEATED",
    written
      .filter(([symbol]) => last.get(list.indexOf(symbol)) !== symbol)
      .map(([symbol]) => ({ field: pathOf(symbol), description: `${symbol} has two entries` })),
  );
  refuseIfAny(
    "RISK_BUDGETS_INCOMPLETE",
    list.symbols
      .filter((_, i) => !last.has(i))
      .map((symbol) => ({ field: pathOf(symbol), description: `${symbol} has no risk budget` })),
  );
  return Float64Array.from(list.symbols, (_, i) => budgets[last.get(i) ?? ""] ?? 0);
}

function pathOf(symbol: string): string {
  return `objective.risk_parity.budgets[${JSON.stringify(symbol)}]`;
}
