import type { ColorSlot } from "../colors.ts";

/** Weights of one asset, or of all that have no color, stacked on those before. */
export interface WeightLayer {
  /** Undefined for the rest. */
  readonly symbol: string | undefined;
  readonly slot: ColorSlot;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

const SMALLEST = 1e9;

/** Without what rounding leaves over, so that full investment ends at 1. */
function tidy(weight: number): number {
  return Math.round(weight * SMALLEST) / SMALLEST;
}

/** Mean weight of each asset. */
export function meanWeights(rows: readonly (readonly number[])[], count: number): number[] {
  return Array.from(
    { length: count },
    (_, k) => rows.reduce((sum, row) => sum + (row[k] ?? 0), 0) / Math.max(1, rows.length),
  );
}

/**
 * Stacks weights over time: long ones up from 0, short ones down.
 *
 * @param rows - One per rebalance, in the order of `symbols`.
 */
export function stackHistory(
  symbols: readonly string[],
  rows: readonly (readonly number[])[],
  slots: ReadonlyMap<string, ColorSlot>,
): readonly WeightLayer[] {
  const colored = symbols
    .map((symbol, k) => ({ symbol, k }))
    .filter(({ symbol }) => slots.get(symbol) !== null);
  const others = symbols.map((_, k) => k).filter((k) => slots.get(symbols[k] ?? "") === null);
  const groups: { symbol: string | undefined; members: readonly number[] }[] = [
    ...colored.map(({ symbol, k }) => ({ symbol, members: [k] })),
    ...(others.length > 0 ? [{ symbol: undefined, members: others }] : []),
  ];
  const tops = rows.map(() => 0);
  const bottoms = rows.map(() => 0);
  return groups.map(({ symbol, members }) => {
    const edges = rows.map((row, t) => {
      const weight = members.reduce((sum, k) => sum + (row[k] ?? 0), 0);
      const base = weight < 0 ? bottoms : tops;
      const start = base[t] ?? 0;
      base[t] = start + weight;
      return [Math.min(start, start + weight), Math.max(start, start + weight)].map(tidy);
    });
    return {
      symbol,
      slot: symbol === undefined ? null : (slots.get(symbol) ?? null),
      lower: edges.map(([low = 0]) => low),
      upper: edges.map(([, high = 0]) => high),
    };
  });
}
