import type { WeightedTerm } from "../convex/program.ts";
import type { PortfolioModel, TradingCosts } from "./portfolio-model.ts";

/**
 * Writes what trading and holding cost per year as convex terms of the weights.
 *
 * Impact is c·|trade|^(3/2), the square-root law of the price times the size (Almgren et al. 2005;
 * Boyd et al. 2017, "Multi-Period Trading via Convex Optimization", section 2.3).
 */
export function costTerms({ trading }: Pick<PortfolioModel, "trading">): WeightedTerm[] {
  if (trading?.costs === undefined) {
    return [];
  }
  const { current, costs, yearsHeld } = trading;
  const once: WeightedTerm[] = [
    absolute(costs.linear, costs.linear, current),
    ...tierTerms(costs, current),
    {
      weight: 1,
      term: { kind: "power-impact", exponent: 1.5, coefficients: costs.impact, center: current },
    },
  ];
  const trades = once.map((each) => ({ ...each, weight: 1 / yearsHeld }));
  const shortCost = costs.managementFee.map((fee) => fee + costs.borrow);
  return [...trades, absolute(costs.managementFee, shortCost, undefined)];
}

/** Σ above·max(w − center, 0) + below·max(center − w, 0). */
function absolute(
  above: Float64Array,
  below: Float64Array,
  center: Float64Array | undefined,
): WeightedTerm {
  return { weight: 1, term: { kind: "absolute", above, below, ...(center && { center }) } };
}

/** Writes what lies beyond each threshold as a kink on either side of the current weight. */
function tierTerms({ linear, tiers }: TradingCosts, current: Float64Array): WeightedTerm[] {
  const free = new Float64Array(current.length);
  let rates = linear;
  return tiers.flatMap(({ threshold, rate }) => {
    const rise = rates.map((before) => Math.max(0, rate - before));
    rates = rates.map((before) => Math.max(before, rate));
    return [
      absolute(
        rise,
        free,
        current.map((weight) => weight + threshold),
      ),
      absolute(
        free,
        rise,
        current.map((weight) => weight - threshold),
      ),
    ];
  });
}
