import type { GroupConstraint } from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import type { FieldViolation } from "@portfolio/platform/app-error";
import type { ViewNames } from "../../domain/views-method.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuseIfAny } from "./refuse.ts";

/**
 * Reads groups that have no limits, for what views may name.
 *
 * @param path - JSON path of the groups.
 * @throws {AppError} `CONSTRAINT_SYMBOL_UNKNOWN`, `SYMBOL_REPEATED`.
 */
export function readGroupNames(
  groups: readonly GroupConstraint[],
  list: SymbolList,
  path: string,
): ViewNames {
  refuseIfAny("CONSTRAINT_SYMBOL_UNKNOWN", unknownMembers(groups, list, path));
  refuseIfAny("SYMBOL_REPEATED", repeatedMembers(groups, list, path));
  return readNames(groups, list);
}

/**
 * Lists what expressions may name, once the members are known to be symbols of the request. A name
 * that two groups have means neither.
 */
export function readNames(written: readonly GroupConstraint[], list: SymbolList): ViewNames {
  const groups = written.map((group) => ({
    name: group.name.trim(),
    members: group.symbols.map((symbol) => list.indexOf(symbol) ?? 0),
  }));
  const counts = new Map<string, number>();
  for (const { name } of groups) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return {
    assets: list.symbols,
    groups: groups.filter(({ name }) => name !== "" && counts.get(name) === 1),
  };
}

/** Finds members that are no symbols of the request. @param path - JSON path of the groups. */
export function unknownMembers(
  groups: readonly GroupConstraint[],
  list: SymbolList,
  path: string,
): FieldViolation[] {
  return groups.flatMap(({ symbols }, k) =>
    [...symbols.entries()]
      .filter(([, symbol]) => list.indexOf(symbol) === undefined)
      .map(([m, symbol]) => unknownSymbol(`${path}[${k}].symbols[${m}]`, symbol)),
  );
}

/** Says that a symbol is not one of the request. */
export function unknownSymbol(field: string, symbol: string): FieldViolation {
  return { field, description: `"${symbol}" is not one of the symbols of this request` };
}

/** Finds members that a group has twice. @param path - JSON path of the groups. */
export function repeatedMembers(
  groups: readonly GroupConstraint[],
  list: SymbolList,
  path: string,
): FieldViolation[] {
  return groups.flatMap(({ symbols }, k) =>
    repeats(symbols, list).map(([m, symbol]) => ({
      field: `${path}[${k}].symbols[${m}]`,
      description: `${symbol} is in the group already`,
    })),
  );
}

/** Lists symbols that stand in a list a second time, perhaps in another spelling, with their places. */
export function repeats(written: readonly string[], list: SymbolList): [number, string][] {
  const seen = new Set<number | undefined>();
  return [...written.entries()].filter(([, symbol]) => {
    const i = list.indexOf(symbol);
    const isRepeated = seen.has(i);
    seen.add(i);
    return isRepeated;
  });
}
