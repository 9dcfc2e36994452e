import { checkNumbers, withoutDust } from "./read-numbers.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuseIfAny } from "./refuse.ts";

/** Where a map of numbers by symbol stands in the request, and what the numbers may be. */
export interface NumberMap {
  /** JSON path of the map, such as `constraints.trading.current_weights`. */
  readonly field: string;
  readonly min: number;
  readonly max: number;
}

/** Writes the path of the entry of a symbol. */
export function entryPath(field: string, symbol: string): string {
  return `${field}[${JSON.stringify(symbol)}]`;
}

/**
 * Reads a map of numbers by symbol.
 *
 * @returns The numbers by index of their asset.
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `CONSTRAINT_SYMBOL_UNKNOWN`,
 *   `SYMBOL_REPEATED`: a symbol is written twice, in two spellings.
 */
export function readBySymbol(
  written: Readonly<Record<string, number>>,
  list: SymbolList,
  { field, min, max }: NumberMap,
): ReadonlyMap<number, number> {
  const entries = Object.entries(written);
  checkNumbers(
    entries.map(([symbol, value]) => ({ field: entryPath(field, symbol), value, min, max })),
  );
  checkSymbols(Object.keys(written), list, (_, symbol) => entryPath(field, symbol));
  return new Map(entries.map(([symbol, value]) => [list.indexOf(symbol) ?? 0, withoutDust(value)]));
}

/** Reads a map of numbers by symbol as one number per asset. @throws {AppError} As `readBySymbol`. */
export function readVector(
  written: Readonly<Record<string, number>>,
  list: SymbolList,
  map: NumberMap,
  fallback = 0,
): Float64Array {
  const found = readBySymbol(written, list, map);
  return Float64Array.from(list.symbols, (_, i) => found.get(i) ?? fallback);
}

/**
 * Reads a list of symbols, each once.
 *
 * @returns Indices of the assets.
 * @throws {AppError} `CONSTRAINT_SYMBOL_UNKNOWN`, `SYMBOL_REPEATED`.
 */
export function readMembers(
  written: readonly string[],
  list: SymbolList,
  field: string,
): readonly number[] {
  checkSymbols(written, list, (k) => `${field}[${k}]`);
  return written.map((symbol) => list.indexOf(symbol) ?? 0);
}

function checkSymbols(
  written: readonly string[],
  list: SymbolList,
  fieldOf: (k: number, symbol: string) => string,
): void {
  refuseIfAny(
    "CONSTRAINT_SYMBOL_UNKNOWN",
    [...written.entries()]
      .filter(([, symbol]) => list.indexOf(symbol) === undefined)
      .map(([k, symbol]) => ({
        field: fieldOf(k, symbol),
        description: `"${symbol}" is not one of the symbols of this request`,
      })),
  );
  const seen = new Set<number | undefined>();
  refuseIfAny(
    "SYMBOL_REPEATED",
    [...written.entries()]
      .filter(([, symbol]) => {
        const i = list.indexOf(symbol);
        const isRepeated = seen.has(i);
        seen.add(i);
        return isRepeated;
      })
      .map(([k, symbol]) => ({
        field: fieldOf(k, symbol),
        description: `${symbol} is written twice`,
      })),
  );
}
