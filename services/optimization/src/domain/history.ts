import type { Notice } from "./notice.ts";
import { countText, namesText } from "./number-text.ts";

/** Days of one asset that were left out, because another has no price then. */
interface DroppedHistory {
  readonly symbol: string;
  /** First and last day that the asset has in the period asked for, `YYYY-MM-DD`. */
  readonly startDate: string;
  readonly endDate: string;
  readonly droppedCount: number;
}

/** The days that several assets share, and what that cost each of them. */
export interface SharedHistory {
  readonly symbols: readonly string[];
  /** Trading days `YYYY-MM-DD`, ascending, at least one. */
  readonly dates: readonly string[];
  readonly dropped: readonly DroppedHistory[];
}

/** Says which asset shortens the period that the estimates rest on, if any does. */
export function historyNotices(history: SharedHistory): Notice[] {
  if (history.dropped.length === 0) {
    return [];
  }
  const { droppedCount } = history.dropped.reduce((most, each) =>
    each.droppedCount > most.droppedCount ? each : most,
  );
  const cut = namesText(history.dropped.map(({ symbol }) => symbol));
  return [
    {
      reason: "HISTORY_CUT",
      description:
        `${limitText(history)} Only the ${countText(history.dates.length, "day")} that all ` +
        `assets share are used, from ${history.dates[0]} to ${history.dates.at(-1)}; ` +
        `up to ${countText(droppedCount, "day")} of ${cut} are left out.`,
    },
  ];
}

/** Names the assets whose prices begin last and end first, in a sentence or two. */
export function limitText(history: SharedHistory): string {
  const { starts, ends } = limitingSymbols(history);
  const sentences = [];
  if (starts !== undefined) {
    sentences.push(`${starts.symbol} has prices only from ${starts.date}.`);
  }
  if (ends !== undefined) {
    sentences.push(`${ends.symbol} has prices only to ${ends.date}.`);
  }
  return sentences.length > 0 ? sentences.join(" ") : "The assets miss different days.";
}

/** Names the symbols that limit the history, the later start first. */
function limitingSymbols(history: SharedHistory): {
  readonly starts: { readonly symbol: string; readonly date: string } | undefined;
  readonly ends: { readonly symbol: string; readonly date: string } | undefined;
} {
  const first = history.dates[0] ?? "";
  const last = history.dates.at(-1) ?? "";
  const own = new Map(history.dropped.map((each) => [each.symbol, each]));
  // An asset that lost no day has exactly the shared days.
  const spans = history.symbols.map((symbol) => {
    const dropped = own.get(symbol);
    return { symbol, start: dropped?.startDate ?? first, end: dropped?.endDate ?? last };
  });
  const latest = spans.reduce((a, b) => (b.start > a.start ? b : a));
  const earliest = spans.reduce((a, b) => (b.end < a.end ? b : a));
  const startsDiffer = spans.some(({ start }) => start !== latest.start);
  const endsDiffer = spans.some(({ end }) => end !== earliest.end);
  return {
    starts: startsDiffer ? { symbol: latest.symbol, date: latest.start } : undefined,
    ends: endsDiffer ? { symbol: earliest.symbol, date: earliest.end } : undefined,
  };
}
