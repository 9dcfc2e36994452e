// Coefficients for g = 7 and nine terms.
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
] as const;
const HALF_LOG_TWO_PI = 0.9189385332046728;

/**
 * Computes ln Γ(x), to a relative error of about 1e-14.
 *
 * @param x - Over 0.
 * @see Lanczos (1964), "A precision approximation of the gamma function", doi:10.1137/0701008
 */
export function logGamma(x: number): number {
  if (x < 0.5) {
    return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  }
  let sum: number = LANCZOS[0];
  for (let k = 1; k < LANCZOS.length; k++) {
    sum += LANCZOS[k] / (x - 1 + k);
  }
  const t = x + 6.5;
  return HALF_LOG_TWO_PI + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
