import type {
  BacktestSpec,
  Membership,
  Universe as WireUniverse,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import type { AttributionGroup, Universe } from "../../domain/backtest-problem.ts";
import type { Position } from "../../domain/portfolio-problem.ts";
import { readVector } from "./read-by-symbol.ts";
import { checkDateRange } from "./read-prices.ts";
import { isPrintable, readSymbols, type SymbolList } from "./read-symbols.ts";
import { refuseIfAny } from "./refuse.ts";

/**
 * Reads which symbols may be held when.
 *
 * @throws {AppError} `CONSTRAINT_SYMBOL_UNKNOWN`, `DATE_INVALID`, `DATES_REVERSED`, and those of
 *   `readVector`.
 */
export function readUniverse(
  { memberships, delistingReturns }: WireUniverse,
  list: SymbolList,
): Universe {
  const field = "spec.universe";
  const map = { field: `${field}.delisting_returns`, min: -1, max: 10 };
  return {
    memberships: memberships.map((one, k) =>
      readMembership(one, `${field}.memberships[${k}]`, list),
    ),
    delistingReturns: readVector(delistingReturns, list, map),
  };
}

function readMembership(
  { symbol, fromDate, toDate }: Membership,
  field: string,
  list: SymbolList,
): Universe["memberships"][number] {
  const index = list.indexOf(symbol);
  refuseIfAny(
    "CONSTRAINT_SYMBOL_UNKNOWN",
    index === undefined
      ? [{ field: `${field}.symbol`, description: `"${symbol}" is not among the symbols` }]
      : [],
  );
  checkDateRange(
    { field: `${field}.from_date`, date: fromDate },
    { field: `${field}.to_date`, date: toDate },
  );
  return { symbol: list.symbols[index ?? 0] ?? "", fromDate, toDate };
}

/**
 * Reads the groups by which returns are split.
 *
 * @throws {AppError} `REQUEST_INVALID`: a name is there twice or cannot be printed.
 *   `CONSTRAINT_SYMBOL_UNKNOWN`, `SYMBOL_REPEATED`: of members.
 */
export function readAttributionGroups(
  { attributionGroups }: BacktestSpec,
  list: SymbolList,
  benchmark: readonly Position[] | undefined,
): AttributionGroup[] {
  const names = attributionGroups.map(({ name }) => name.trim());
  refuseIfAny(
    "REQUEST_INVALID",
    [...names.entries()]
      .filter(([k, name]) => !isPrintable(name) || names.indexOf(name) < k)
      .map(([k, name]) => ({
        field: `spec.attribution_groups[${k}].name`,
        description: isPrintable(name) ? `"${name}" is there twice` : "a name can be printed",
      })),
  );
  const known = new Set([...list.symbols, ...(benchmark ?? []).map(({ symbol }) => symbol)]);
  const places = attributionGroups.flatMap(({ symbols }, g) =>
    symbols.map((symbol, k) => ({ symbol, field: `spec.attribution_groups[${g}].symbols[${k}]` })),
  );
  const { symbols } = readSymbols(
    places.map(({ symbol }) => symbol),
    { fieldOf: (k) => places[k]?.field ?? "", isFreeText: false },
  );
  refuseIfAny(
    "CONSTRAINT_SYMBOL_UNKNOWN",
    [...symbols.entries()]
      .filter(([, symbol]) => !known.has(symbol))
      .map(([k, symbol]) => ({
        field: places[k]?.field ?? "",
        description: `"${symbol}" is neither a symbol nor in the benchmark`,
      })),
  );
  let next = 0;
  return attributionGroups.map((group, g) => {
    const start = next;
    next += group.symbols.length;
    return { name: names[g] ?? "", symbols: symbols.slice(start, next) };
  });
}
