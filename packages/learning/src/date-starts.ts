/**
 * Finds where each date begins among observations that are sorted by date.
 *
 * @param dates - Ascending, length N; absent, all are of one date.
 * @returns The first observation of each date, then N.
 */
export function dateStarts(dates: Int32Array | undefined, count: number): Int32Array {
  const starts = [0];
  for (let i = 1; i < count; i++) {
    if (dates !== undefined && dates[i] !== dates[i - 1]) {
      starts.push(i);
    }
  }
  starts.push(count);
  return Int32Array.from(starts);
}
