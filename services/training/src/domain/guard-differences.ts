import type { Replay } from "./model-version.ts";

/**
 * Differences in turnover, day by day: the mean change of the assets' ranks, as fractions from 0 to
 * 1, that following the forecasts would trade; champion less challenger.
 *
 * @param dates - Days of both, ascending. The first has no day before, and a difference of 0.
 */
export function turnoverDifferences(
  champion: Replay,
  challenger: Replay,
  dates: readonly string[],
): Float64Array {
  const [first, second] = [champion, challenger].map((replay) => turnovers(replay, dates));
  return Float64Array.from(dates, (_, k) => (first?.[k] ?? 0) - (second?.[k] ?? 0));
}

/**
 * Differences in squared error over the variance of all outcomes, day by day; champion less
 * challenger.
 */
export function squaredErrorDifferences(
  champion: Replay,
  challenger: Replay,
  dates: readonly string[],
): Float64Array {
  const [first, second] = [champion, challenger].map((replay) => squaredErrors(replay, dates));
  return Float64Array.from(dates, (_, k) => (first?.[k] ?? 0) - (second?.[k] ?? 0));
}

function turnovers(replay: Replay, dates: readonly string[]): number[] {
  let before: readonly number[] | undefined;
  return rowsOf(replay, dates).map((row) => {
    const ranks = ranksOf(rowValues(replay.forecasts, row));
    const change = before === undefined ? 0 : meanChange(before, ranks);
    before = ranks;
    return change;
  });
}

function squaredErrors(replay: Replay, dates: readonly string[]): number[] {
  const variance = varianceOf(replay.outcomes.values);
  return rowsOf(replay, dates).map((row) => {
    const forecasts = rowValues(replay.forecasts, row);
    const outcomes = rowValues(replay.outcomes, row);
    const errors = forecasts
      .map((forecast, k) => (forecast - (outcomes[k] ?? Number.NaN)) ** 2)
      .filter(Number.isFinite);
    const sum = errors.reduce((total, error) => total + error, 0);
    return variance === 0 ? 0 : sum / Math.max(1, errors.length) / variance;
  });
}

/** Finds the rows of days. */
export function rowsOf(replay: Replay, dates: readonly string[]): number[] {
  const rows = new Map(replay.dates.map((date, row) => [date, row]));
  return dates.map((date) => rows.get(date) ?? 0);
}

/** Copies a row. */
export function rowValues({ values, cols }: Replay["forecasts"], row: number): number[] {
  return Array.from(values.subarray(row * cols, (row + 1) * cols));
}

/** Ranks from 0 to 1; NaN stays NaN. */
function ranksOf(values: readonly number[]): number[] {
  const order = [...values.keys()]
    .filter((k) => Number.isFinite(values[k]))
    .sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
  const ranks = new Array<number>(values.length).fill(Number.NaN);
  order.forEach((k, rank) => {
    ranks[k] = order.length < 2 ? 0.5 : rank / (order.length - 1);
  });
  return ranks;
}

function meanChange(before: readonly number[], after: readonly number[]): number {
  const changes = after
    .map((rank, k) => Math.abs(rank - (before[k] ?? Number.NaN)))
    .filter(Number.isFinite);
  return changes.reduce((sum, change) => sum + change, 0) / Math.max(1, changes.length);
}

/** Variance of the numbers that are known. */
export function varianceOf(values: Float64Array): number {
  const known = values.filter(Number.isFinite);
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  return known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length);
}
