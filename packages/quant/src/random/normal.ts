/**
 * Makes a source of independent standard normal numbers from one of uniform numbers.
 *
 * @see Marsaglia & Bray (1964), "A convenient method for generating normal variables",
 *   doi:10.1137/1006063 (the polar method)
 */
export function normalSource(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        spare = y * scale;
        return x * scale;
      }
    }
  };
}

/**
 * Draws a chi-square number.
 *
 * @param degrees - Degrees of freedom: 1, or any number from 2.
 * @see Marsaglia & Tsang (2000), "A simple method for generating gamma variables",
 *   doi:10.1145/358407.358414
 */
export function drawChiSquare(
  degrees: number,
  uniform: () => number,
  normal: () => number,
): number {
  // The method takes two degrees at least; one degree is the square of a normal number.
  if (degrees < 2) {
    const root = normal();
    return root * root;
  }
  const d = degrees / 2 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) {
      return 2 * d * v;
    }
  }
}
