import type { FrontierModel } from "./frontier-path.ts";
import { sparseQuadraticForm } from "./quadratic-form.ts";
import { seededRandom } from "./seeded-random.ts";

/** Random portfolios behind the frontier, one entry per portfolio. */
export interface PortfolioCloud {
  /** Fractions per year. */
  readonly volatilities: Float64Array;
  /** Fractions per year. */
  readonly expectedReturns: Float64Array;
  /** Sharpe ratios; 0 where the volatility is 0. */
  readonly sharpes: Float64Array;
}

export interface CloudOptions {
  readonly count: number;
  /** The same seed gives the same cloud. */
  readonly seed: number;
  /** Smallest and largest weight of each asset, as fractions. Without them, 0 and 1. */
  readonly bounds?: { readonly min: ArrayLike<number>; readonly max: ArrayLike<number> };
}

// The cost of a portfolio grows with the square of the assets it holds, and past this number one more
// hardly moves its dot.
const HELD_MAX = 64;

/**
 * Draws random portfolios that sum to 1 and stay within bounds.
 *
 * The number of assets held is drawn log-uniformly from 1 to n, or to 64, so that concentrated portfolios
 * near the frontier's upper end are as frequent as diversified ones. What the lower bounds leave is
 * split among the held assets with exponential spacings, a flat Dirichlet distribution; what goes
 * over an upper bound moves to assets with room.
 *
 * @returns Empty when no portfolio keeps the bounds.
 */
export function randomPortfolios(
  model: Pick<FrontierModel, "expectedReturns" | "covariance" | "riskFreeRate">,
  options: CloudOptions,
): PortfolioCloud {
  const n = model.expectedReturns.length;
  const min = Float64Array.from({ length: n }, (_, i) => options.bounds?.min[i] ?? 0);
  const max = Float64Array.from({ length: n }, (_, i) => options.bounds?.max[i] ?? 1);
  const count = canFill(min, max) ? options.count : 0;
  const cloud = {
    volatilities: new Float64Array(count),
    expectedReturns: new Float64Array(count),
    sharpes: new Float64Array(count),
  };
  const random = seededRandom(options.seed);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const weights = new Float64Array(n);
  for (let k = 0; k < count; k += 1) {
    drawWeights(weights, { min, max, order, random });
    const variance = Math.max(0, sparseQuadraticForm(weights, model.covariance, weights));
    let expectedReturn = 0;
    for (let i = 0; i < n; i += 1) {
      expectedReturn += (weights[i] ?? 0) * (model.expectedReturns[i] ?? 0);
    }
    const volatility = Math.sqrt(variance);
    cloud.volatilities[k] = volatility;
    cloud.expectedReturns[k] = expectedReturn;
    cloud.sharpes[k] = volatility === 0 ? 0 : (expectedReturn - model.riskFreeRate) / volatility;
  }
  return cloud;
}

interface Draw {
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** A permutation of the assets; shuffled further by each draw. */
  readonly order: Uint32Array;
  readonly random: () => number;
}

function canFill(min: Float64Array, max: Float64Array): boolean {
  const least = min.reduce((sum, w) => sum + w, 0);
  const most = max.reduce((sum, w) => sum + w, 0);
  const isOrdered = min.every((w, i) => w <= (max[i] ?? 0));
  return min.length > 0 && isOrdered && least <= 1 + 1e-12 && most >= 1 - 1e-12;
}

function drawWeights(weights: Float64Array, { min, max, order, random }: Draw): void {
  const n = weights.length;
  shuffle(order, random);
  const most = Math.min(n, HELD_MAX);
  const held = Math.max(1, Math.round(Math.exp(random() * Math.log(most))));
  weights.set(min);
  let left = 1;
  for (let i = 0; i < n; i += 1) {
    left -= min[i] ?? 0;
  }
  // Each round fills `held` assets; when they are full, the next ones in the order help.
  for (let start = 0; start < n && left > 1e-12; start += held) {
    left = fill(weights, max, { assets: order.subarray(start, start + held), left, random });
  }
}

/** Splits `left` among assets at random, within their upper bounds; returns what does not fit. */
function fill(
  weights: Float64Array,
  max: Float64Array,
  { assets, left, random }: { assets: Uint32Array; left: number; random: () => number },
): number {
  const shares = Float64Array.from(assets, () => -Math.log(1 - random()));
  let rest = left;
  // Every round but the last fills an asset up, so there are at most as many as assets.
  for (let round = 0; round <= assets.length && rest > 1e-12; round += 1) {
    const total = openShare(weights, max, assets, shares);
    if (total <= 0) {
      return rest;
    }
    const amount = rest;
    for (let a = 0; a < assets.length; a += 1) {
      const i = assets[a] ?? 0;
      const room = (max[i] ?? 0) - (weights[i] ?? 0);
      const added = Math.min(Math.max(0, room), (amount * (shares[a] ?? 0)) / total);
      weights[i] = (weights[i] ?? 0) + added;
      rest -= added;
    }
  }
  return rest;
}

/** Sums the shares of the assets that have room, and drops the shares of those that are full. */
function openShare(
  weights: Float64Array,
  max: Float64Array,
  assets: Uint32Array,
  shares: Float64Array,
): number {
  let total = 0;
  for (let a = 0; a < assets.length; a += 1) {
    const i = assets[a] ?? 0;
    if ((weights[i] ?? 0) >= (max[i] ?? 0) - 1e-15) {
      shares[a] = 0;
    }
    total += shares[a] ?? 0;
  }
  return total;
}

function shuffle(order: Uint32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
}
