/**
 * Picks the points of a long line that a screen can show: in each stretch the lowest and the
 * highest, so that no peak or fall is lost.
 *
 * @param values - NaN counts as a gap and is never picked but at the ends.
 * @param stretches - About one per pixel.
 * @returns Ascending indices, the first and the last among them.
 */
export function thinLine(values: ArrayLike<number>, stretches: number): number[] {
  const n = values.length;
  if (n <= 2 * stretches) {
    return Array.from({ length: n }, (_, i) => i);
  }
  const picked = new Set([0, n - 1]);
  for (let k = 0; k < stretches; k += 1) {
    const start = Math.floor((k * n) / stretches);
    const end = Math.floor(((k + 1) * n) / stretches);
    for (const i of extremes(values, start, end)) {
      picked.add(i);
    }
  }
  return [...picked].sort((a, b) => a - b);
}

/** Indices of the lowest and the highest value from `start` to before `end`; none if all are NaN. */
function extremes(values: ArrayLike<number>, start: number, end: number): number[] {
  let lowest = -1;
  let highest = -1;
  for (let i = start; i < end; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) {
      continue;
    }
    lowest = lowest < 0 || value < (values[lowest] ?? 0) ? i : lowest;
    highest = highest < 0 || value > (values[highest] ?? 0) ? i : highest;
  }
  return lowest < 0 ? [] : [lowest, highest];
}
