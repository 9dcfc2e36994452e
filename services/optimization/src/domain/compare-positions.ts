import type { Position } from "./portfolio-problem.ts";

// Smaller changes of a weight are rounding.
const CHANGE_MIN = 1e-12;

/** How two portfolios differ. */
export interface PositionChanges {
  /** Sum of the absolute changes of the weights. */
  readonly turnover: number;
  /** Number of symbols whose weight changed. */
  readonly orderCount: number;
}

/** Compares what is held before and after, each symbol once; a symbol that is missing has no weight. */
export function comparePositions(
  before: readonly Position[],
  after: readonly Position[],
): PositionChanges {
  const changes = new Map(before.map(({ symbol, weight }) => [symbol, -weight]));
  for (const { symbol, weight } of after) {
    changes.set(symbol, (changes.get(symbol) ?? 0) + weight);
  }
  const trades = [...changes.values()].map(Math.abs).filter((change) => change > CHANGE_MIN);
  return { turnover: trades.reduce((sum, change) => sum + change, 0), orderCount: trades.length };
}
