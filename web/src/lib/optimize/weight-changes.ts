/** A weight of a symbol. */
interface Weighted {
  readonly symbol: string;
  readonly weight: number;
}

/** How a weight changes. */
export interface WeightChange {
  readonly symbol: string;
  readonly before: number;
  readonly after: number;
}

// Smaller changes are rounding: of a solver that started elsewhere.
const CHANGE_MIN = 1e-6;

/** Weights that differ, the largest changes first. A symbol that is missing has no weight. */
export function weightChanges(
  before: readonly Weighted[],
  after: readonly Weighted[],
): readonly WeightChange[] {
  const weightsBefore = new Map(before.map(({ symbol, weight }) => [symbol, weight]));
  const weightsAfter = new Map(after.map(({ symbol, weight }) => [symbol, weight]));
  return [...new Set([...weightsBefore.keys(), ...weightsAfter.keys()])]
    .map((symbol) => ({
      symbol,
      before: weightsBefore.get(symbol) ?? 0,
      after: weightsAfter.get(symbol) ?? 0,
    }))
    .filter((change) => sizeOf(change) > CHANGE_MIN)
    .sort((a, b) => sizeOf(b) - sizeOf(a));
}

/** Sum of the absolute changes. */
export function turnoverOf(changes: readonly WeightChange[]): number {
  return changes.reduce((sum, change) => sum + sizeOf(change), 0);
}

function sizeOf({ before, after }: WeightChange): number {
  return Math.abs(after - before);
}
