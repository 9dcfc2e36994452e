import { refuse, refuseIfAny } from "./refuse.ts";

/** Assets of a request, and how its other fields refer to them. */
export interface SymbolList {
  /** As the answer writes them, each once. */
  readonly symbols: readonly string[];
  /** Finds the index of a symbol that the caller wrote, whatever its case. */
  indexOf(written: string): number | undefined;
}

export interface SymbolRules {
  /** Names the field of symbol k. */
  readonly fieldOf: (k: number) => string;
  /** Whether symbols are names of the caller's own, in which case counts. */
  readonly isFreeText: boolean;
}

/**
 * Reads symbols: trims them, and writes them in upper case unless they are the caller's own.
 *
 * @throws {AppError} `REQUEST_INVALID` for a blank one, `SYMBOL_REPEATED`.
 */
export function readSymbols(written: readonly string[], rules: SymbolRules): SymbolList {
  const normalize = (symbol: string) =>
    rules.isFreeText ? symbol.trim() : symbol.trim().toUpperCase();
  const symbols = written.map(normalize);
  refuseIfAny(
    "REQUEST_INVALID",
    [...symbols.entries()]
      .filter(([, symbol]) => !isPrintable(symbol))
      .map(([k]) => ({
        field: rules.fieldOf(k),
        description: "a symbol holds at least one printable character and no control characters",
      })),
  );
  const indices = new Map<string, number>();
  const repeated = [];
  for (const [k, symbol] of symbols.entries()) {
    const first = indices.get(symbol);
    if (first === undefined) {
      indices.set(symbol, k);
    } else {
      repeated.push({ field: rules.fieldOf(k), description: `${symbol} repeats symbol ${first}` });
    }
  }
  refuseIfAny("SYMBOL_REPEATED", repeated);
  return { symbols, indexOf: (symbol) => indices.get(normalize(symbol)) };
}

/** Reads the `symbols` of a request, of which there must be one. */
export function readRequestSymbols(written: readonly string[], isFreeText: boolean): SymbolList {
  if (written.length === 0) {
    refuse("SYMBOLS_EMPTY", "symbols", "give at least one symbol");
  }
  return readSymbols(written, { fieldOf: (k) => `symbols[${k}]`, isFreeText });
}

/** Whether a text has something to show and nothing that hides. */
export function isPrintable(text: string): boolean {
  return /\S/u.test(text) && !/\p{Cc}/u.test(text);
}
