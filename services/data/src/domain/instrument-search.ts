import type { Instrument } from "./instrument.ts";

/** How well an instrument matches a query: smaller is better. */
export type MatchRank = 0 | 1 | 2 | 3 | 4;

/**
 * Ranks an instrument against a query: the symbol itself, a symbol that starts with it, a name that
 * has a word starting with it, a symbol that contains it, a name that contains it.
 *
 * @returns Undefined when neither symbol nor name contains the query.
 */
export function matchRank(instrument: Instrument, query: string): MatchRank | undefined {
  const wanted = query.trim().toUpperCase();
  const name = instrument.name.toUpperCase();
  if (instrument.symbol === wanted) {
    return 0;
  }
  if (instrument.symbol.startsWith(wanted)) {
    return 1;
  }
  const found = name.indexOf(wanted);
  if (found === 0 || name.includes(` ${wanted}`)) {
    return 2;
  }
  if (instrument.symbol.includes(wanted)) {
    return 3;
  }
  return found > 0 ? 4 : undefined;
}
