import { roundToSum } from "../format.ts";
import type { ChosenPortfolio } from "./chosen-portfolio.ts";

/** Whole shares of one asset, as the server counted them. */
export interface ShareCount {
  readonly symbol: string;
  readonly shares: number;
  readonly price: number;
  readonly cost: number;
}

/** One line of the allocation table. Fractions; shares and cost are undefined until they are known. */
export interface AllocationRow {
  readonly symbol: string;
  readonly weight: number;
  /** The weight as it is shown: the shown weights sum to the shown total. */
  readonly roundedWeight: number;
  /** Weight minus the current one, or that of the equal-weight portfolio where none is known. */
  readonly change: number;
  readonly riskShare: number;
  readonly shares: number | undefined;
  readonly price: number | undefined;
  readonly cost: number | undefined;
}

const WEIGHT_DECIMALS = 1;

/** Builds the table, largest weight first; assets of equal weight keep their order. */
export function allocationRows(
  portfolio: ChosenPortfolio,
  counts: readonly ShareCount[] = [],
  currentWeights?: Readonly<Record<string, number>>,
): AllocationRow[] {
  const countOf = new Map(counts.map((count) => [count.symbol, count]));
  const rounded = roundToSum(portfolio.weights, WEIGHT_DECIMALS);
  const equalWeight = 1 / portfolio.symbols.length;
  return portfolio.symbols
    .map((symbol, i) => {
      const weight = portfolio.weights[i] ?? 0;
      const count = countOf.get(symbol);
      return {
        symbol,
        weight,
        roundedWeight: rounded[i] ?? weight,
        change: weight - (currentWeights ? (currentWeights[symbol] ?? 0) : equalWeight),
        riskShare: portfolio.riskShares[i] ?? 0,
        shares: count?.shares,
        price: count?.price,
        cost: count?.cost,
      };
    })
    .toSorted((a, b) => b.weight - a.weight);
}

// A solver's zero can be a hair below 0, which the share counter would take for a short position.
const ROUNDING = 1e-9;

/** The positions to turn into shares, or undefined when the portfolio is short somewhere. */
export function longPositions(
  portfolio: ChosenPortfolio,
): { symbol: string; weight: number }[] | undefined {
  if (portfolio.weights.some((weight) => weight < -ROUNDING)) {
    return;
  }
  const positions = portfolio.symbols.map((symbol, i) => ({
    symbol,
    weight: Math.max(0, portfolio.weights[i] ?? 0),
  }));
  const total = positions.reduce((sum, { weight }) => sum + weight, 0);
  return total > 1
    ? positions.map(({ symbol, weight }) => ({ symbol, weight: weight / total }))
    : positions;
}
