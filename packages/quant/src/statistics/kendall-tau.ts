import { ArgumentError } from "../errors.ts";

/**
 * Computes Kendall's τ-b: concordant less discordant pairs, over pairs that no tie spoils.
 *
 * By merge sort, in O(T log T).
 *
 * @param x - Length T ≥ 2.
 * @param y - Length T.
 * @returns −1 … 1; 0 where one of them is constant.
 * @throws {ArgumentError} The lengths differ, or are below 2.
 * @see Knight (1966), "A computer method for calculating Kendall's tau with ungrouped data",
 *   doi:10.1080/01621459.1966.10480879
 */
export function kendallTau(x: Float64Array, y: Float64Array): number {
  const count = x.length;
  if (count < 2 || y.length !== count) {
    throw new ArgumentError(`Kendall's tau of ${count} and ${y.length} values`);
  }
  const order = Uint32Array.from(x.keys()).sort((a, b) => x[a] - x[b] || y[a] - y[b]);
  const sorted = Float64Array.from(order, (t) => y[t]);
  const pairs = (count * (count - 1)) / 2;
  const tiesInX = tiedPairs(count, (k) => x[order[k]] === x[order[k - 1]]);
  const tiesInBoth = tiedPairs(
    count,
    (k) => x[order[k]] === x[order[k - 1]] && sorted[k] === sorted[k - 1],
  );
  const discordant = countInversions(sorted);
  const tiesInY = tiedPairs(count, (k) => sorted[k] === sorted[k - 1]);
  const untied = Math.sqrt(pairs - tiesInX) * Math.sqrt(pairs - tiesInY);
  return untied === 0 ? 0 : (pairs - tiesInX - tiesInY + tiesInBoth - 2 * discordant) / untied;
}

/** Counts the pairs within runs of equal entries. */
function tiedPairs(count: number, isSame: (k: number) => boolean): number {
  let total = 0;
  let run = 1;
  for (let k = 1; k <= count; k++) {
    if (k < count && isSame(k)) {
      run++;
    } else {
      total += (run * (run - 1)) / 2;
      run = 1;
    }
  }
  return total;
}

/** Sorts values in place and counts the swaps of neighbors that this takes. */
function countInversions(values: Float64Array): number {
  const count = values.length;
  let from: Float64Array = values;
  let to: Float64Array = new Float64Array(count);
  let inversions = 0;
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(start + width, count);
      const end = Math.min(start + 2 * width, count);
      inversions += mergeRuns(from, to, start, middle, end);
    }
    [from, to] = [to, from];
  }
  values.set(from);
  return inversions;
}

function mergeRuns(
  from: Float64Array,
  to: Float64Array,
  start: number,
  middle: number,
  end: number,
): number {
  let inversions = 0;
  let left = start;
  let right = middle;
  for (let k = start; k < end; k++) {
    if (left < middle && (right >= end || from[left] <= from[right])) {
      to[k] = from[left++];
    } else {
      inversions += middle - left;
      to[k] = from[right++];
    }
  }
  return inversions;
}
