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
    const end = Math.floor(((k + 1) * n) / stretches);
    let lowest = -1;
    let highest = -1;
    for (let i = Math.floor((k * n) / stretches); i < end; i += 1) {
      const value = values[i] ?? Number.NaN;
      if (!Number.isNaN(value)) {
        lowest = lowest < 0 || value < (values[lowest] ?? 0) ? i : lowest;
        highest = highest < 0 || value > (values[highest] ?? 0) ? i : highest;
      }
    }
    if (lowest >= 0) {
      picked.add(lowest).add(highest);
    }
  }
  return [...picked].sort((a, b) => a - b);
}
