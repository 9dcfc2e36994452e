import { smallInverse } from "../../linalg/small-inverse.ts";
import type { PathState } from "./path-state.ts";

/**
 * Computes K⁻¹ of the present working set afresh.
 *
 * Starts from as many free assets as active rows, chosen by elimination so that they span
 * the rows, and borders the other free assets one by one.
 */
export function rebuildInverse(state: PathState): void {
  const { kkt, problem } = state;
  const { assetCount: n, covariance } = problem;
  const items = Array.from(kkt.items.subarray(0, kkt.size));
  const rows = items.filter((item) => item >= n);
  const assets = items.filter((item) => item < n);
  const basis = independentAssets(state, assets, rows);
  startFrom(state, basis, rows);
  const chosen = new Set(basis);
  const line = new Float64Array(n + problem.rowCount);
  const solved = new Float64Array(n + problem.rowCount);
  for (const asset of assets) {
    if (chosen.has(asset)) {
      continue;
    }
    kkt.border(asset, line);
    kkt.multiply(line, solved);
    const variance = covariance[asset * n + asset];
    let complement = variance;
    for (let a = 0; a < kkt.size; a++) {
      complement -= line[a] * solved[a];
    }
    kkt.append(asset, solved, Math.max(complement, 1e-14 * variance));
  }
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
    throw new Error("the working set does not span its rows");
  }
  state.kkt.restart(assets, rows, inverse);
}

/** Picks one asset per row by Gaussian elimination with the largest pivot of each row. */
function independentAssets(
  state: PathState,
  assets: readonly number[],
  rows: readonly number[],
): number[] {
  const { assetCount: n, system } = state.problem;
  const work = rows.map((row) =>
    assets.map((asset) => system.coefficients[(row - n) * n + asset] ?? 0),
  );
  const basis: number[] = [];
  for (const [k, row] of work.entries()) {
    let pivot = 0;
    for (let j = 1; j < assets.length; j++) {
      pivot = Math.abs(row[j]) > Math.abs(row[pivot]) ? j : pivot;
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
