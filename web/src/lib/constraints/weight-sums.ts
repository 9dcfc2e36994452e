import { effectiveMaxWeight, type Problem } from "../optimize/problem.ts";

/** How far the weights of single assets can sum up, and what they have to sum up to. */
export interface WeightSums {
  readonly least: number;
  readonly most: number;
  /** Lowest and highest sum that is asked for. */
  readonly budget: { readonly min: number; readonly max: number };
  /** Whether the bounds of single assets leave room for the budget. */
  readonly isPossible: boolean;
}

const ROUNDING = 1e-9;

/** Sums the lowest and the highest weights of all assets. */
export function weightSums(problem: Problem): WeightSums {
  const { symbols, limits } = problem;
  const highest = effectiveMaxWeight(problem);
  const sumOf = (weightOf: (symbol: string) => number) =>
    symbols.reduce((sum, symbol) => sum + weightOf(symbol), 0);
  const least = sumOf((symbol) => limits.bounds?.[symbol]?.min ?? problem.minWeight);
  const most = sumOf((symbol) => limits.bounds?.[symbol]?.max ?? highest);
  const { budgetRange } = limits;
  const budget = budgetRange
    ? { min: budgetRange.min ?? least, max: budgetRange.max ?? most }
    : { min: 1, max: 1 };
  const isPossible = least <= budget.max + ROUNDING && most >= budget.min - ROUNDING;
  return { least, most, budget, isPossible };
}
