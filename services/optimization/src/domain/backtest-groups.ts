import type { AttributionGroup } from "./backtest-problem.ts";

/**
 * Numbers the groups of some symbols; those of no group make up one called `Other`.
 *
 * @returns Names of the groups, and the number of each symbol's.
 */
export function backtestGroups(
  groups: readonly AttributionGroup[],
  symbols: readonly string[],
): { readonly names: readonly string[]; readonly groups: Int32Array } {
  const numbers = Int32Array.from(symbols, (symbol) => {
    const number = groups.findIndex((group) => group.symbols.includes(symbol));
    return number < 0 ? groups.length : number;
  });
  const names = groups.map(({ name }) => name);
  return { names: numbers.includes(groups.length) ? [...names, "Other"] : names, groups: numbers };
}
