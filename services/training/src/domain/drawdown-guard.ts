import { rowsOf, rowValues } from "./guard-differences.ts";
import type { Replay } from "./model-version.ts";

/** How days are put together. */
export interface GuardBlocks {
  /** Days of a block, whose mean difference is what experiments look at. */
  readonly blockDays: number;
  /** Days in a row that share part of their outcomes, the first included. */
  readonly spanDays: number;
}

/**
 * Differences in drawdown, day by day; champion less challenger.
 *
 * Who holds the highest third of the forecasts against the lowest gains the difference of their mean
 * outcomes, in equal parts over the days of the outcome. Every day of a block has the deepest fall of
 * these gains from a peak within the block, so that the mean of the block is that fall, and blocks
 * depend on each other as little as those of the skill do.
 *
 * @param dates - Days of both, ascending. Those of an unfinished block differ by 0.
 */
export function drawdownDifferences(
  champion: Replay,
  challenger: Replay,
  dates: readonly string[],
  blocks: GuardBlocks,
): Float64Array {
  const [first, second] = [champion, challenger].map((replay) => drawdowns(replay, dates, blocks));
  return Float64Array.from(dates, (_, k) => (first?.[k] ?? 0) - (second?.[k] ?? 0));
}

function drawdowns(
  replay: Replay,
  dates: readonly string[],
  { blockDays, spanDays }: GuardBlocks,
): Float64Array {
  const gains = rowsOf(replay, dates).map((row) => spreadOf(replay, row) / spanDays);
  const depths = new Float64Array(dates.length);
  for (let end = blockDays; end <= dates.length; end += blockDays) {
    depths.fill(deepestFall(gains.slice(end - blockDays, end)), end - blockDays, end);
  }
  return depths;
}

function deepestFall(gains: readonly number[]): number {
  let value = 0;
  let peak = 0;
  let deepest = 0;
  for (const gain of gains) {
    value += gain;
    peak = Math.max(peak, value);
    deepest = Math.max(deepest, peak - value);
  }
  return deepest;
}

/** Mean outcome of the highest third of the forecasts less that of the lowest; 0 of fewer than two. */
function spreadOf(replay: Replay, row: number): number {
  const forecasts = rowValues(replay.forecasts, row);
  const outcomes = rowValues(replay.outcomes, row);
  const order = [...forecasts.keys()]
    .filter((k) => Number.isFinite(forecasts[k]) && Number.isFinite(outcomes[k]))
    .sort((a, b) => (forecasts[a] ?? 0) - (forecasts[b] ?? 0) || a - b)
    .map((k) => outcomes[k] ?? 0);
  const size = Math.max(1, Math.floor(order.length / 3));
  return order.length < 2 ? 0 : meanOf(order.slice(-size)) - meanOf(order.slice(0, size));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
