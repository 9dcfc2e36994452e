import { RoundingError } from "../../errors.ts";
import { dot } from "../../linalg/matrix.ts";
import { smallInverse } from "../../linalg/small-inverse.ts";
import type { PathState } from "./path-state.ts";

/**
 * Variance of a direction d below which it counts as singular, relative to (Σσ|d|)².
 *
 * Where the working set needs such a direction, its variance is lifted to this.
 */
export const SINGULAR_VARIANCE = 1e-13;

/** Variance of a direction, on the same scale, below which it makes K⁻¹ fragile. */
export const FRAGILE_VARIANCE = 1e-8;

// Pivots of a matrix of zeros and ones are small rationals; smaller ones are rounding of 0.
const DEPENDENT_PIVOT = 1e-9;

/**
 * Computes K⁻¹ of the present working set afresh.
 *
 * Starts from as many free assets as active rows, chosen by elimination so that they span
 * the rows, and borders the other free assets one by one.
 */
export function rebuildInverse(state: PathState): void {
  if (!rebuildWithout(state, -1)) {
    throw new RoundingError("the working set does not span its rows");
  }
}

/**
 * Computes K⁻¹ afresh for the present working set without one asset.
 *
 * @returns Whether the other assets span the active rows. If not, nothing is changed.
 */
export function rebuildWithout(state: PathState, left: number): boolean {
  const { kkt, problem } = state;
  const { assetCount: n } = problem;
  const items = Array.from(kkt.items.subarray(0, kkt.size)).filter((item) => item !== left);
  const rows = items.filter((item) => item >= n);
  const assets = items.filter((item) => item < n);
  const basis = independentAssets(state, assets, rows);
  if (basis === undefined) {
    return false;
  }
  startFrom(state, basis, rows);
  const chosen = new Set(basis);
  const solved = new Float64Array(n + problem.rowCount);
  for (const asset of assets) {
    if (chosen.has(asset)) {
      continue;
    }
    kkt.solveBorder(asset, solved);
    kkt.append(asset, solved, definiteComplement(state, asset, solved));
  }
  return true;
}

/**
 * Computes the Schur complement of an asset, lifting its variance where Σ is singular.
 *
 * It is the variance of the direction that freeing the asset opens. Computed as such, and not
 * as a difference of larger variances, it keeps its digits.
 */
function definiteComplement(state: PathState, asset: number, solved: Float64Array): number {
  const { kkt, problem } = state;
  const { assetCount: n, covariance } = problem;
  const direction = new Float64Array(n);
  const risk = new Float64Array(n);
  direction[asset] = 1;
  for (let a = 0; a < kkt.size; a++) {
    if (kkt.items[a] < n) {
      direction[kkt.items[a]] = -solved[a];
    }
  }
  state.covarianceTimes(direction, risk);
  const complement = dot(direction, risk);
  const exposure = state.exposure(direction);
  const least = SINGULAR_VARIANCE * exposure * exposure;
  if (complement < FRAGILE_VARIANCE * exposure * exposure) {
    kkt.noteFragility();
  }
  state.isDoubtful ||= kkt.isFragile;
  if (complement < least) {
    state.isLifted = true;
    covariance.raise(asset, least - complement);
  }
  return Math.max(complement, least);
}

/**
 * Starts K⁻¹ from as many free assets as rows.
 *
 * @throws {Error} The assets do not span the rows.
 */
export function startFrom(
  state: PathState,
  assets: readonly number[],
  rows: readonly number[],
): void {
  const { assetCount: n, system } = state.problem;
  const r = rows.length;
  const block = new Float64Array(r * r);
  for (const [a, row] of rows.entries()) {
    for (const [b, asset] of assets.entries()) {
      block[a * r + b] = system.coefficients[(row - n) * n + asset];
    }
  }
  const inverse = smallInverse(block, r);
  if (inverse === undefined) {
    throw new RoundingError("the working set does not span its rows");
  }
  state.kkt.restart(assets, rows, inverse);
}

/** Picks one asset per row by Gaussian elimination with the largest pivot of each row, if it can. */
function independentAssets(
  state: PathState,
  assets: readonly number[],
  rows: readonly number[],
): number[] | undefined {
  const { assetCount: n, system } = state.problem;
  const work = rows.map((row) =>
    assets.map((asset) => system.coefficients[(row - n) * n + asset] ?? 0),
  );
  const basis: number[] = [];
  for (const [k, row] of work.entries()) {
    const pivot = largestEntry(row);
    if (!(Math.abs(row[pivot]) > DEPENDENT_PIVOT)) {
      return undefined;
    }
    basis.push(assets[pivot]);
    for (const other of work.slice(k + 1)) {
      const factor = other[pivot] / row[pivot];
      for (let j = 0; j < assets.length; j++) {
        other[j] -= factor * row[j];
      }
    }
  }
  return basis;
}

function largestEntry(row: readonly number[]): number {
  let largest = 0;
  for (let j = 1; j < row.length; j++) {
    largest = Math.abs(row[j]) > Math.abs(row[largest]) ? j : largest;
  }
  return largest;
}
