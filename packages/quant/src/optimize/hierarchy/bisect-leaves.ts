import { largestBudget, type WeightConstraints } from "../constraints.ts";

/** Tells which share of a cluster's weight the first of its halves gets, 0 … 1. */
export type ShareOfFirst = (first: readonly number[], second: readonly number[]) => number;

/**
 * Splits 1 down a list of assets that is halved again and again.
 *
 * @param order - Every asset once.
 * @returns Shares, length n; their sum is 1 to rounding.
 */
export function bisectLeaves(order: readonly number[], shareOfFirst: ShareOfFirst): Float64Array {
  const shares = new Float64Array(order.length);
  const open = [{ cluster: order, amount: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { cluster, amount } = next;
    if (cluster.length === 1) {
      shares[cluster[0]] = amount;
      continue;
    }
    const [first, second] = halves(cluster);
    const share = shareOfFirst(first, second);
    open.push(
      { cluster: first, amount: amount * share },
      { cluster: second, amount: amount * (1 - share) },
    );
  }
  return shares;
}

/**
 * Splits the budget in the same way, but gives each half no less than its lowest weights sum to
 * and no more than its highest ones, and leaves as much for the other half.
 *
 * Every weight is within its bounds if any weights of that sum are. A budget that is a range is its
 * highest that the bounds allow.
 */
export function bisectWithinBounds(
  order: readonly number[],
  shareOfFirst: ShareOfFirst,
  { lower, upper, budget }: Omit<WeightConstraints, "rows">,
): Float64Array {
  const weights = new Float64Array(order.length);
  const all = Math.min(largestBudget({ budget }), sumOver(upper, order));
  const open = [{ cluster: order, amount: all }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { cluster, amount } = next;
    if (cluster.length === 1) {
      weights[cluster[0]] = amount;
      continue;
    }
    const [first, second] = halves(cluster);
    const least = Math.max(sumOver(lower, first), amount - sumOver(upper, second));
    const most = Math.min(sumOver(upper, first), amount - sumOver(lower, second));
    const wanted = amount * shareOfFirst(first, second);
    const part = Math.max(least, Math.min(most, wanted));
    open.push({ cluster: first, amount: part }, { cluster: second, amount: amount - part });
  }
  return weights;
}

function halves(cluster: readonly number[]): [readonly number[], readonly number[]] {
  const middle = Math.floor(cluster.length / 2);
  return [cluster.slice(0, middle), cluster.slice(middle)];
}

function sumOver(values: Float64Array, cluster: readonly number[]): number {
  let sum = 0;
  for (const asset of cluster) {
    sum += values[asset];
  }
  return sum;
}
