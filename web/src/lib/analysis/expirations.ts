/** Day on which each asset expires, `YYYY-MM-DD`, by symbol. */
export type Expirations = Readonly<Record<string, string>>;

/** Writes expirations as people type them, such as `AAPL 2027-05-01, KO 2030-01-15`. */
export function expirationsText(expirations: Expirations): string {
  return Object.entries(expirations)
    .map(([symbol, date]) => `${symbol} ${date}`)
    .join(", ");
}

/**
 * Reads expirations.
 *
 * @returns Undefined where a part of the text is no symbol with a day of the calendar.
 */
export function readExpirations(text: string): Expirations | undefined {
  const parts = text
    .split(/[,;]/u)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const entries = parts.map((part): [string, string] | undefined => {
    const match = /^(?<symbol>\S{1,32}?):?\s+(?<date>\d{4}-\d\d-\d\d)$/u.exec(part)?.groups;
    const { symbol = "", date = "" } = match ?? {};
    return isDay(date) ? [symbol.toUpperCase(), date] : undefined;
  });
  return entries.every((entry) => entry !== undefined) ? Object.fromEntries(entries) : undefined;
}

/** Whether the calendar has the day: JavaScript takes 30 February for 2 March. */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(date);
}
