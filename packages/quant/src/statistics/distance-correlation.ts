import { argsort } from "../linalg/order-statistics.ts";

/** A series and what its distance correlations with others are computed from. */
export interface DistanceProfile {
  /** Values less their mean, length T. */
  readonly values: Float64Array;
  /** Σₜ |xₛ − xₜ| for each s, length T. */
  readonly rowSums: Float64Array;
  /** Positions of the values in ascending order. */
  readonly order: Uint32Array;
  /** Rank of each value, from 1; ties in any order. */
  readonly ranks: Uint32Array;
}

/** Prepares a series in T·log T operations. */
export function distanceProfile(series: Float64Array): DistanceProfile {
  const count = series.length;
  const mean = series.reduce((sum, x) => sum + x, 0) / count;
  const values = series.map((x) => x - mean);
  const order = new Uint32Array(count);
  argsort(values, order);
  const ranks = new Uint32Array(count);
  const rowSums = new Float64Array(count);
  const total = values.reduce((sum, x) => sum + x, 0);
  let below = 0;
  for (let k = 0; k < count; k++) {
    const x = values[order[k]];
    ranks[order[k]] = k + 1;
    rowSums[order[k]] = (2 * k - count) * x + total - 2 * below;
    below += x;
  }
  return { values, rowSums, order, ranks };
}

/**
 * Computes the distance covariance squared, as the mean over pairs of days of the product of the
 * doubly centered distances: not corrected for bias.
 *
 * @returns At least 0, in T·log T operations.
 * @see Székely, Rizzo & Bakirov (2007), "Measuring and testing dependence by correlation of
 *   distances", doi:10.1214/009053607000000505, definition 4; Huo & Székely (2016), "Fast computing
 *   for distance covariance", doi:10.1080/00401706.2015.1054435
 */
export function squaredDistanceCovariance(x: DistanceProfile, y: DistanceProfile): number {
  const count = x.values.length;
  let crossSums = 0;
  let xTotal = 0;
  let yTotal = 0;
  for (let t = 0; t < count; t++) {
    crossSums += x.rowSums[t] * y.rowSums[t];
    xTotal += x.rowSums[t];
    yTotal += y.rowSums[t];
  }
  const products = (2 * sumOfProducts(x, y)) / count ** 2;
  const value =
    products - (2 * crossSums) / count ** 3 + (xTotal / count ** 2) * (yTotal / count ** 2);
  return Math.max(0, value);
}

/** Σ |xₛ − xₜ||yₛ − yₜ| over the pairs s < t, from sums over the lower ranks of y. */
function sumOfProducts(x: DistanceProfile, y: DistanceProfile): number {
  const count = x.values.length;
  // Four sums in each node of a Fenwick tree over the ranks of y: 1, x, y and xy.
  const tree = new Float64Array(4 * (count + 1));
  const sums = new Float64Array(4);
  const all = new Float64Array(4);
  let total = 0;
  for (let k = 0; k < count; k++) {
    const t = x.order[k];
    const [a, b] = [x.values[t], y.values[t]];
    const rank = y.ranks[t];
    sums.fill(0);
    for (let node = rank; node > 0; node &= node - 1) {
      for (let m = 0; m < 4; m++) {
        sums[m] += tree[4 * node + m];
      }
    }
    const lower = a * b * sums[0] - b * sums[1] - a * sums[2] + sums[3];
    const every = a * b * all[0] - b * all[1] - a * all[2] + all[3];
    total += 2 * lower - every;
    for (let node = rank; node <= count; node += node & -node) {
      addPoint(tree, 4 * node, a, b);
    }
    addPoint(all, 0, a, b);
  }
  return total;
}

function addPoint(sums: Float64Array, at: number, a: number, b: number): void {
  sums[at] += 1;
  sums[at + 1] += a;
  sums[at + 2] += b;
  sums[at + 3] += a * b;
}
