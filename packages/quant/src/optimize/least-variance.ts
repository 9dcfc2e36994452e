import { choleskyFactor } from "../linalg/cholesky.ts";
import { dot, type Matrix, multiplyVector, principalSubmatrix } from "../linalg/matrix.ts";
import { budgetRange, type WeightConstraints } from "./constraints.ts";
import { checkProblem, traceFrontier } from "./critical-line/trace-frontier.ts";
import type { EfficientFrontier, FrontierResult, MeanVarianceProblem } from "./frontier.ts";
import type { LinearRow } from "./linear-row.ts";
import { pivotLeastVariance } from "./pivot-least-variance.ts";
import { provePoint } from "./point-certificate.ts";

// A multiplier below this fraction of the gradient may be 0: then other weights may be as good.
const STRICT = 1e-9;
// A smaller one of the wrong sign is rounding.
const SIGN_TOLERANCE = 1e-13;
// With fewer assets than this, choosing some of them does not pay.
const ASSETS_MIN = 128;
const FIRST_ASSETS = 32;
// Variances outside of these lose digits to underflow, or are refused.
const VARIANCE_MIN = 1e-100;
const VARIANCE_MAX = 1e100;
// Assets whose covariances stand for those with all.
const SAMPLED_ASSETS = 16;
const ADDED_ASSETS = 16;
const ROUNDS_MAX = 20;

/**
 * Finds the portfolio of least variance; nothing where another one may be as good.
 *
 * Where only bounds and a fixed sum limit the weights, principal pivots find it, from a guess which
 * assets are held. Else, as no return matters, a path is taken that has about one event for each asset
 * held: the one that begins at the assets of least covariance with all others. Of many assets whose
 * lower bound is 0 it is taken among a few, and those that lower the variance join them until none
 * does, which proves the rest.
 *
 * @param near - Weights of a similar problem, length n, off whose bounds the answer may be as well. The
 *   answer does not depend on them, the time that it takes does.
 * @throws As `traceFrontier`.
 */
export function leastVariance(
  problem: MeanVarianceProblem,
  near?: Float64Array,
): FrontierResult | undefined {
  checkProblem(problem);
  const { lower, upper } = problem.constraints;
  if (lower.some((bound, i) => bound > upper[i])) {
    return amongAll(problem);
  }
  const isLarge = lower.length >= ASSETS_MIN && lower.every((bound) => bound === 0);
  return byPivots(problem, near) ?? (isLarge ? amongFew(problem) : undefined) ?? amongAll(problem);
}

function byPivots(
  problem: MeanVarianceProblem,
  near: Float64Array | undefined,
): FrontierResult | undefined {
  const { covariance, constraints } = problem;
  const { lower, upper, rows } = constraints;
  const budget = budgetRange(constraints);
  if (rows.length > 0 || budget.lower !== budget.upper || !isOfUsualSize(covariance)) {
    return undefined;
  }
  const first =
    near === undefined
      ? firstAssets(covariance)
      : [...near.keys()].filter((i) => near[i] > lower[i] && near[i] < upper[i]);
  const answer = pivotLeastVariance({ covariance, constraints, budget: budget.lower }, first);
  if (answer === undefined) {
    return undefined;
  }
  const { weights, variance, prices, steepness, rounds, free } = answer;
  return openAssets(prices, steepness).length === free.length ||
    isUnique(covariance, prices, steepness)
    ? optimum(problem, weights, variance, rounds)
    : undefined;
}

function amongAll(problem: MeanVarianceProblem): FrontierResult | undefined {
  const result = towardsLeastVariance(problem);
  if (result.status !== "optimal") {
    return result;
  }
  const { weights, variance } = lastPoint(result.frontier);
  const { multipliers } = provePoint(problem, { weights, lambda: 0 }, 0);
  const gradient = multiplyVector(problem.covariance, weights);
  return isUnique(problem.covariance, multipliers.bounds, largestOf(gradient))
    ? optimum(problem, weights, variance, result.frontier.iterations)
    : undefined;
}

function towardsLeastVariance(problem: MeanVarianceProblem): FrontierResult {
  const { covariance } = problem;
  const away = multiplyVector(covariance, new Float64Array(covariance.cols).fill(-1));
  return traceFrontier({ ...problem, expectedReturns: away });
}

function isOfUsualSize({ rows: n, values }: Matrix): boolean {
  for (let i = 0; i < n; i++) {
    const variance = values[i * (n + 1)];
    if (!(variance >= VARIANCE_MIN && variance <= VARIANCE_MAX)) {
      return false;
    }
  }
  return true;
}

/** Solves among some assets, the others being held at 0, until no other lowers the variance. */
function amongFew(problem: MeanVarianceProblem): FrontierResult | undefined {
  let chosen = firstAssets(problem.covariance);
  let iterations = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const answer = solvePart(problem, chosen);
    if (answer === undefined) {
      return undefined;
    }
    const { weights, variance, prices, steepness } = answer;
    iterations += answer.iterations;
    const missing = cheapest(prices, chosen, -SIGN_TOLERANCE * steepness);
    if (missing.length === 0) {
      return isUnique(problem.covariance, prices, steepness)
        ? optimum(problem, weights, variance, iterations)
        : undefined;
    }
    chosen = [...chosen.filter((i) => weights[i] !== 0), ...missing].sort((i, j) => i - j);
  }
  return undefined;
}

/** Solves among some assets. Prices are the multipliers of the bounds of all assets. */
function solvePart(problem: MeanVarianceProblem, chosen: readonly number[]) {
  const part = partOf(problem, chosen);
  const result = part === undefined ? undefined : towardsLeastVariance(part.problem);
  if (part === undefined || result?.status !== "optimal") {
    return undefined;
  }
  const point = lastPoint(result.frontier);
  const { multipliers } = provePoint(part.problem, { weights: point.weights, lambda: 0 }, 0);
  const weights = new Float64Array(problem.covariance.cols);
  for (let a = 0; a < chosen.length; a++) {
    weights[chosen[a]] = point.weights[a];
  }
  const { prices, steepness } = pricesOf(problem, weights, part.rows, multipliers.rows);
  for (let a = 0; a < chosen.length; a++) {
    prices[chosen[a]] = multipliers.bounds[a];
  }
  const { iterations } = result.frontier;
  return { weights, variance: point.variance, iterations, prices, steepness };
}

/** The assets that covary least with some that stand for all, in order. */
function firstAssets({ cols: n, values }: Matrix): readonly number[] {
  const score = new Float64Array(n);
  for (let s = 0; s < SAMPLED_ASSETS; s++) {
    const row = Math.floor((s * n) / SAMPLED_ASSETS);
    for (let i = 0; i < n; i++) {
      score[i] += i === row ? 0 : values[row * n + i];
    }
  }
  return [...score.keys()]
    .sort((a, b) => score[a] - score[b])
    .slice(0, FIRST_ASSETS)
    .sort((a, b) => a - b);
}

/** Picks the assets outside whose multipliers are most below a limit. */
function cheapest(prices: Float64Array, chosen: readonly number[], limit: number): number[] {
  const inside = new Set(chosen);
  return [...prices.keys()]
    .filter((i) => prices[i] < limit && !inside.has(i))
    .sort((a, b) => prices[a] - prices[b])
    .slice(0, ADDED_ASSETS);
}

/**
 * Restricts a problem to some assets; nothing where a row then cannot be met.
 *
 * @returns The problem, and the index of each of its rows among those of the whole one.
 */
function partOf(
  { expectedReturns, covariance, constraints }: MeanVarianceProblem,
  chosen: readonly number[],
) {
  const place = new Map(chosen.map((asset, a) => [asset, a]));
  const pick = (values: Float64Array) => Float64Array.from(chosen, (asset) => values[asset]);
  const rows: number[] = [];
  const limited: LinearRow[] = [];
  for (const [r, row] of constraints.rows.entries()) {
    const kept = [...row.assets.keys()].filter(
      (k) => place.has(row.assets[k]) && row.coefficients[k] !== 0,
    );
    if (kept.length > 0) {
      rows.push(r);
      limited.push({
        ...row,
        assets: kept.map((k) => place.get(row.assets[k]) ?? 0),
        coefficients: kept.map((k) => row.coefficients[k]),
      });
    } else if (row.lower > 0 || row.upper < 0) {
      return undefined;
    }
  }
  const part: WeightConstraints = {
    lower: pick(constraints.lower),
    upper: pick(constraints.upper),
    budget: constraints.budget,
    rows: limited,
  };
  return {
    problem: {
      expectedReturns: pick(expectedReturns),
      covariance: principalSubmatrix(covariance, chosen),
      constraints: part,
    },
    rows,
  };
}

/** Computes Σw less the prices of the rows, and the largest entry of Σw. */
function pricesOf(
  { covariance, constraints }: MeanVarianceProblem,
  weights: Float64Array,
  rows: readonly number[],
  rowPrices: Float64Array,
) {
  const n = weights.length;
  const prices = new Float64Array(n);
  for (let h = 0; h < n; h++) {
    for (let i = 0; i < n && weights[h] !== 0; i++) {
      prices[i] += weights[h] * covariance.values[h * n + i];
    }
  }
  const steepness = largestOf(prices);
  for (let i = 0; i < n; i++) {
    prices[i] -= rowPrices[0];
  }
  for (const [k, r] of rows.entries()) {
    const { assets, coefficients } = constraints.rows[r];
    for (let a = 0; a < assets.length; a++) {
      prices[assets[a]] -= rowPrices[k + 1] * coefficients[a];
    }
  }
  return { prices, steepness };
}

/**
 * Says whether no other weights have as little variance: none that differ in assets whose bounds
 * have no price, on which Σ is definite.
 */
function isUnique(covariance: Matrix, prices: Float64Array, steepness: number): boolean {
  const open = openAssets(prices, steepness);
  return choleskyFactor(principalSubmatrix(covariance, open)) !== undefined;
}

function openAssets(prices: Float64Array, steepness: number): readonly number[] {
  return [...prices.keys()].filter((i) => !(Math.abs(prices[i]) > STRICT * steepness));
}

function optimum(
  problem: MeanVarianceProblem,
  weights: Float64Array,
  variance: number,
  iterations: number,
): FrontierResult {
  const expectedReturn = dot(problem.expectedReturns, weights);
  const turningPoints = [{ weights, expectedReturn, variance, lambda: 0 }];
  return { status: "optimal", frontier: { problem, iterations, turningPoints } };
}

function lastPoint({ turningPoints }: EfficientFrontier) {
  return turningPoints[turningPoints.length - 1];
}

function largestOf(values: Float64Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}
