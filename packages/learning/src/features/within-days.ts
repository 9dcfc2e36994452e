import { averageRanks } from "../validation/average-ranks.ts";

/**
 * Replaces the values of each day, but for NaN, by what they become together.
 *
 * @param days - Ascending, length N.
 * @param transform - Of the known values of a day; gives as many.
 */
export function withinDays(
  values: Float64Array,
  days: Int32Array,
  transform: (own: Float64Array) => Float64Array,
): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  for (let start = 0; start < values.length; ) {
    const known: number[] = [];
    let end = start;
    for (; end < values.length && days[end] === days[start]; end++) {
      if (!Number.isNaN(values[end])) {
        known.push(end);
      }
    }
    const own = transform(Float64Array.from(known, (i) => values[i]));
    for (let k = 0; k < own.length; k++) {
      out[known[k]] = own[k];
    }
    start = end;
  }
  return out;
}

/** Ranks numbers from −0.5 for the least to 0.5 for the greatest; a single one is 0. */
export function centeredRanks(values: Float64Array): Float64Array {
  const steps = Math.max(1, values.length - 1);
  return averageRanks(values).map((rank) => (rank - 1) / steps - (values.length > 1 ? 0.5 : 0));
}

/** Takes the mean off. */
export function lessMean(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return values.map((value) => value - mean);
}
