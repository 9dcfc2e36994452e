/** What is known of a mean after some observations. */
export interface MeanEstimate {
  readonly count: number;
  readonly mean: number;
  /** Sample deviation of one observation, s. */
  readonly deviation: number;
  /** Degrees of freedom of s, ν. */
  readonly degrees: number;
}

/**
 * Computes the mixture parameter for which the interval is narrowest about a number of observations.
 *
 * @param count - N*, observations at which decisions are expected.
 * @param level - α, the chance of ever being wrong.
 * @see Lindon & Malek (2022), "Anytime-Valid Inference For Multinomial Count Data";
 *   Lindon, Ham, Tingley & Bojinov (2022), "Anytime-Valid Linear Models and Regression Adjusted
 *   Causal Inference in Randomized Experiments", section 4, arXiv:2210.08589
 */
export function mixtureParameter(count: number, level: number): number {
  const doubled = 2 * Math.log(1 / level);
  return count / (doubled + Math.log(1 + doubled));
}

/**
 * Computes the logarithm of the evidence against a mean of 0: the likelihood ratio of a normal
 * mixture of means, in units of the deviation, to 0.
 *
 * ln G = ½ ln r + ((ν + 1)/2)[ln(1 + t²/ν) − ln(1 + r t²/ν)] with r = g/(g + n). Under independent
 * normal observations of mean 0, G ever reaches 1/α with a chance of at most α.
 *
 * @param mixture - g.
 * @see Lindon et al. (2022), arXiv:2210.08589, eq. 8
 */
export function logEvidence(estimate: MeanEstimate, mixture: number): number {
  const { count, mean, deviation, degrees } = estimate;
  const ratio = mixture / (mixture + count);
  if (deviation === 0) {
    return mean === 0 ? 0.5 * Math.log(ratio) : Number.POSITIVE_INFINITY;
  }
  const perDegree = (mean * mean * count) / (deviation * deviation) / degrees;
  return (
    0.5 * Math.log(ratio) +
    ((degrees + 1) / 2) * (Math.log1p(perDegree) - Math.log1p(ratio * perDegree))
  );
}

/**
 * Computes half the width of the interval that holds the mean at all times with a chance of 1 − α.
 *
 * s/√n · √(ν(1 − w)/(w − r)) with w = (r α²)^{1/(ν + 1)}; infinite while w ≤ r.
 *
 * @see Lindon et al. (2022), arXiv:2210.08589, corollary of eq. 8
 */
export function intervalRadius(estimate: MeanEstimate, mixture: number, level: number): number {
  const { count, deviation, degrees } = estimate;
  const ratio = mixture / (mixture + count);
  const w = (ratio * level * level) ** (1 / (degrees + 1));
  if (!(w > ratio)) {
    return Number.POSITIVE_INFINITY;
  }
  return (deviation / Math.sqrt(count)) * Math.sqrt((degrees * (1 - w)) / (w - ratio));
}
