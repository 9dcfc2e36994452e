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
  const at = (i: number) => values[i] ?? Number.NaN;
  const given = Array.from({ length: end - start }, (_, k) => start + k).filter(
    (i) => !Number.isNaN(at(i)),
  );
  const [first] = given;
  if (first === undefined) {
    return [];
  }
  return [
    given.reduce((low, i) => (at(i) < at(low) ? i : low), first),
    given.reduce((high, i) => (at(i) > at(high) ? i : high), first),
  ];
}
