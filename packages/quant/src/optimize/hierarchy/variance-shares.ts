import type { Matrix } from "../../linalg/matrix.ts";
import { firstShare } from "./cluster-risk.ts";

/**
 * Computes how a list of assets that is halved again and again shares out by variance: each half gets a
 * share in inverse proportion to the variance that it has with inverse-variance weights.
 *
 * A cluster's variance is that of its halves and of what these have in common, so that every covariance is
 * looked at once, where its two assets part; those that part first are not looked at.
 *
 * @param covariance - Σ, shape (n, n), symmetric.
 * @param volatilities - Square roots of its diagonal, over 0, length n.
 * @param order - Every asset once.
 * @returns At k the share of the half that ends before place k of the list, where the other one begins;
 *   length n, the first one unused.
 */
export function varianceShares(
  covariance: Matrix,
  volatilities: Float64Array,
  order: readonly number[],
): Float64Array {
  const n = order.length;
  const search: Search = {
    covariance,
    places: Int32Array.from(order),
    deviations: Float64Array.from(order, (asset) => volatilities[asset]),
    loads: new Float64Array(n * (1 + Math.ceil(Math.log2(n)))),
    common: new Float64Array(n),
    shares: new Float64Array(n),
  };
  if (n > 1) {
    weigh(search, 0, n, 0);
    for (let a = 1; a < n; a++) {
      addCommonOf(search, a);
    }
    split(search, 0, n);
  }
  return search.shares;
}

interface Search {
  readonly covariance: Matrix;
  /** Asset at each place of the list. */
  readonly places: Int32Array;
  /** By place. */
  readonly deviations: Float64Array;
  /** σ/σᵢ², by how often the list was halved and by place; σ is the smallest deviation of i's cluster. */
  readonly loads: Float64Array;
  /** Σ lᵢ lⱼ ρᵢⱼ over both halves of the cluster that is halved at a place. */
  readonly common: Float64Array;
  readonly shares: Float64Array;
}

/** Sums over a cluster, with lᵢ = σ/σᵢ where σ is its smallest deviation. */
interface ClusterSums {
  readonly deviation: number;
  /** Σ lᵢ². */
  readonly squares: number;
  /** Σ lᵢ lⱼ ρᵢⱼ. */
  readonly products: number;
}

function middleOf(start: number, end: number): number {
  return start + Math.floor((end - start) / 2);
}

/** Writes the loads of a cluster and of those within it. Returns its smallest deviation. */
function weigh(search: Search, start: number, end: number, depth: number): number {
  const { deviations, loads } = search;
  if (end - start === 1) {
    return deviations[start];
  }
  const middle = middleOf(start, end);
  const deviation = Math.min(
    weigh(search, start, middle, depth + 1),
    weigh(search, middle, end, depth + 1),
  );
  for (let k = start; k < end; k++) {
    loads[depth * deviations.length + k] = deviation / deviations[k] / deviations[k];
  }
  return deviation;
}

/** Adds what the asset at a place has in common with the first half, wherever it is in the second. */
function addCommonOf(search: Search, place: number): void {
  const { loads, common, places } = search;
  const n = places.length;
  let start = 0;
  let end = n;
  for (let depth = 0; end - start > 1; depth++) {
    const middle = middleOf(start, end);
    if (place < middle) {
      end = middle;
      continue;
    }
    if (depth > 0) {
      const row = depth * n;
      common[middle] += loads[row + place] * loadedSum(search, place, start, middle, row);
    }
    start = middle;
  }
}

function loadedSum(
  { covariance, places, loads }: Search,
  place: number,
  start: number,
  end: number,
  loadRow: number,
): number {
  const { cols, values } = covariance;
  const row = places[place] * cols;
  let even = 0;
  let odd = 0;
  let b = start;
  for (; b + 1 < end; b += 2) {
    even += values[row + places[b]] * loads[loadRow + b];
    odd += values[row + places[b + 1]] * loads[loadRow + b + 1];
  }
  if (b < end) {
    even += values[row + places[b]] * loads[loadRow + b];
  }
  return even + odd;
}

/** Computes the share of the first half of places start … end − 1, and those within the halves. */
function split(search: Search, start: number, end: number): readonly [ClusterSums, ClusterSums] {
  const middle = middleOf(start, end);
  const first = sumsOf(search, start, middle);
  const second = sumsOf(search, middle, end);
  search.shares[middle] = firstShare(2, sizeOf(first), sizeOf(second));
  return [first, second];
}

/** Deviation of a cluster whose weights are inverse variances that sum to 1. */
function sizeOf({ deviation, squares, products }: ClusterSums): number {
  return (deviation * Math.sqrt(Math.max(0, products))) / squares;
}

function sumsOf(search: Search, start: number, end: number): ClusterSums {
  if (end - start === 1) {
    return { deviation: search.deviations[start], squares: 1, products: 1 };
  }
  const [first, second] = split(search, start, end);
  const deviation = Math.min(first.deviation, second.deviation);
  const [one, other] = [(deviation / first.deviation) ** 2, (deviation / second.deviation) ** 2];
  return {
    deviation,
    squares: one * first.squares + other * second.squares,
    products:
      one * first.products + other * second.products + 2 * search.common[middleOf(start, end)],
  };
}
