/** Numbers by symbol. */
export type SymbolNumbers = Readonly<Record<string, number>>;

/** Writes numbers by symbol as people type them, such as `AAPL 2, KO 0.5`. */
export function symbolNumbersText(numbers: SymbolNumbers | undefined): string {
  return Object.entries(numbers ?? {})
    .map(([symbol, number]) => `${symbol} ${number}`)
    .join(", ");
}

/**
 * Reads numbers by symbol.
 *
 * @returns Undefined where a part of the text is no known symbol with a number.
 */
export function readSymbolNumbers(
  text: string,
  symbols: readonly string[],
): SymbolNumbers | undefined {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const entries = parts.map((part): [string, number] | undefined => {
    const match = /^(?<symbol>\S+?)(?:\s*:\s*|\s+)(?<number>[-−]?[0-9.]+)$/u.exec(part)?.groups;
    const symbol = match?.["symbol"]?.toUpperCase() ?? "";
    const number = Number(match?.["number"]?.replace("−", "-"));
    return symbols.includes(symbol) && Number.isFinite(number) ? [symbol, number] : undefined;
  });
  return entries.every((entry) => entry !== undefined) ? Object.fromEntries(entries) : undefined;
}
