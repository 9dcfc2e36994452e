import { fieldsOf, listOf, mapOf, numberIn, withFields } from "./read-json.ts";
import type { SymbolNumbers } from "./symbol-numbers.ts";

/** Rate of the part of a trade beyond a threshold, both as fractions. */
export interface CostTier {
  readonly threshold: number;
  readonly rate: number;
}

/** What trading and holding cost, as fractions of what is traded or, per year, held. */
export interface TradingCosts {
  readonly linear?: number;
  readonly spreadBySymbol?: SymbolNumbers;
  readonly tiers?: readonly CostTier[];
  /** Coefficient of the trade to the power of 3/2. */
  readonly impact?: number;
  readonly managementFeePerYear?: SymbolNumbers;
  readonly borrowPerYear?: number;
}

const RATE = numberIn(1e-6, 1);

/** Reads costs; undefined when there are none. */
export const readTradingCosts = fieldsOf<TradingCosts>({
  linear: RATE,
  spreadBySymbol: mapOf(RATE),
  tiers: listOf(
    withFields(fieldsOf<CostTier>({ threshold: numberIn(0, 100), rate: numberIn(0, 1) }), [
      "threshold",
      "rate",
    ]),
  ),
  impact: numberIn(1e-6, 1000),
  managementFeePerYear: mapOf(RATE),
  borrowPerYear: numberIn(1e-6, 10),
});
