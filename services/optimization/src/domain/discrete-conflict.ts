import type { CountLimit, Discreteness } from "@portfolio/quant";
import type { DiscreteSearch } from "./portfolio-problem.ts";

/** One of the limits that a search keeps to: where it was written, and the limits without it. */
interface Part {
  readonly field: string;
  readonly without: (limits: Discreteness) => Discreteness;
}

const FIELD = "constraints.discreteness";

/**
 * Finds limits on counts, sizes and lots that cannot hold together under the other constraints, and
 * could without any one of them: leaves out one after another for as long as the rest is
 * infeasible (Chinneck & Dravnieks 1991, the deletion filter).
 *
 * @param isInfeasible - Whether limits are proven to leave nothing.
 * @returns JSON paths. More than are needed where a proof is not found in time.
 */
export function conflictingFields(
  search: DiscreteSearch,
  isInfeasible: (limits: Discreteness) => boolean,
): readonly string[] {
  let { limits } = search;
  const needed: string[] = [];
  for (const { field, without } of partsOf(search)) {
    const fewer = without(limits);
    if (isInfeasible(fewer)) {
      limits = fewer;
    } else {
      needed.push(field);
    }
  }
  return needed;
}

function partsOf({ limits: { holdings, trades, lots }, countFields }: DiscreteSearch): Part[] {
  const counts = (holdings?.counts ?? []).map((count, k) => ({
    field: countFields[k] ?? FIELD,
    without: (limits: Discreteness) => withHoldings(limits, { withoutCount: count }),
  }));
  const sizes = holdings?.leastAbove.some((least) => least > 0)
    ? [
        {
          field: `${FIELD}.position_min`,
          without: (limits: Discreteness) => withHoldings(limits, {}),
        },
      ]
    : [];
  const traded = trades
    ? [
        {
          field: tradeField(trades.counts),
          without: ({ trades: _, ...rest }: Discreteness) => rest,
        },
      ]
    : [];
  const whole = lots
    ? [{ field: `${FIELD}.lot`, without: ({ lots: _, ...rest }: Discreteness) => rest }]
    : [];
  return [...counts, ...sizes, ...traded, ...whole];
}

/** Leaves out a count, or else the least sizes. */
function withHoldings(
  limits: Discreteness,
  { withoutCount }: { readonly withoutCount?: CountLimit },
): Discreteness {
  const { holdings } = limits;
  if (holdings === undefined) {
    return limits;
  }
  if (withoutCount !== undefined) {
    const counts = holdings.counts.filter((count) => count !== withoutCount);
    return { ...limits, holdings: { ...holdings, counts } };
  }
  const none = new Float64Array(holdings.leastAbove.length);
  return { ...limits, holdings: { ...holdings, leastAbove: none, leastBelow: none } };
}

function tradeField(counts: readonly CountLimit[]): string {
  return counts.length > 0 ? `${FIELD}.trades_max` : `${FIELD}.trade_min`;
}
