import type { Matrix } from "@portfolio/quant";
import { dayOf } from "./day-number.ts";
import type { Replay, StoredForecasts } from "./model-version.ts";

/** What a version has forecast without having seen it. */
export interface VersionDays {
  readonly replay: Replay;
  /** Forecasts as they were made day by day, in any order. */
  readonly live: readonly StoredForecasts[];
}

/**
 * Adds forecasts of two versions as they were made day by day to their replayed ones: days that both
 * have outcomes of, as far apart as replayed days, because days between them would count the same
 * evidence twice.
 *
 * @param afterDate - `YYYY-MM-DD`: only days after it are added, such as the last that one of the
 *   versions has learned from.
 */
export function appendLive(
  first: VersionDays,
  second: VersionDays,
  afterDate: string,
): [Replay, Replay] {
  const known = new Set(second.live.filter(isKnown).map(({ date }) => date));
  const gap = Math.max(usualGap(first.replay.dates), usualGap(second.replay.dates));
  let before = dayOf(afterDate);
  const dates = first.live
    .filter((day) => day.date > afterDate && isKnown(day) && known.has(day.date))
    .map(({ date }) => date)
    .sort()
    .filter((date) => {
      const isFar = dayOf(date) - before >= gap;
      before = isFar ? dayOf(date) : before;
      return isFar;
    });
  return [withDays(first, dates), withDays(second, dates)];
}

function isKnown({ outcomes }: StoredForecasts): boolean {
  return outcomes.some(Number.isFinite);
}

function withDays({ replay, live }: VersionDays, dates: readonly string[]): Replay {
  if (dates.length === 0) {
    return replay;
  }
  const byDate = new Map(live.map((day) => [day.date, day]));
  const added = dates.flatMap((date) => byDate.get(date) ?? []);
  const symbols =
    replay.symbols.length > 0
      ? replay.symbols
      : [...new Set(added.flatMap((day) => day.symbols))].sort();
  return {
    symbols,
    dates: [...replay.dates, ...dates],
    forecasts: below(replay.forecasts, symbols, added, (day) => day.forecasts),
    outcomes: below(replay.outcomes, symbols, added, (day) => day.outcomes),
  };
}

/** Median of the calendar days between replayed days; 1 where there are fewer than two. */
function usualGap(dates: readonly string[]): number {
  const gaps = Float64Array.from(
    { length: Math.max(0, dates.length - 1) },
    (_, k) => dayOf(dates[k + 1] ?? "") - dayOf(dates[k] ?? ""),
  ).sort();
  return gaps[Math.floor(gaps.length / 2)] ?? 1;
}

function below(
  above: Matrix,
  symbols: readonly string[],
  days: readonly StoredForecasts[],
  figuresOf: (day: StoredForecasts) => Float64Array,
): Matrix {
  const cols = symbols.length;
  const column = new Map(symbols.map((symbol, col) => [symbol, col]));
  const values = new Float64Array((above.rows + days.length) * cols).fill(Number.NaN);
  values.set(above.values);
  for (const [t, day] of days.entries()) {
    const figures = figuresOf(day);
    for (const [k, symbol] of day.symbols.entries()) {
      const col = column.get(symbol);
      if (col !== undefined) {
        values[(above.rows + t) * cols + col] = figures[k] ?? Number.NaN;
      }
    }
  }
  return { rows: above.rows + days.length, cols, values };
}
