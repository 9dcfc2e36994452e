import { dot } from "../../linalg/matrix.ts";
import type { OrderedMeasure } from "./risk-measure.ts";

/**
 * The share of risk G(u) that the worst share u of the probability carries.
 *
 * Continuous and concave on [0, 1] with G(0) = 0. A scenario that fills the shares from a to b of
 * the losses in descending order weighs G(b) − G(a). G(1) is 1 for a measure of loss, 0 for one of
 * dispersion.
 */
export type Distortion = (share: number) => number;

/** Makes the distortion of the conditional value at risk of the worst share α. */
export function tailMeanDistortion(tail: number): Distortion {
  return (share) => Math.min(share / tail, 1);
}

/**
 * Makes the distortion of the tail Gini measure, (2/α²) ∫₀^α a·CVaR(1 − a) da.
 *
 * @param pieces - Steps of the trapezoidal sum from 0.0001 to α, at least 2, or undefined for the
 *   integral itself.
 * @see Ogryczak & Ruszczyński (2002), "Dual Stochastic Dominance and Related Mean-Risk Models",
 *   doi:10.1137/S1052623400375075
 */
function tailGiniDistortion(tail: number, pieces: number | undefined): Distortion {
  if (pieces === undefined) {
    return (share) => (share < tail ? 1 - (1 - share / tail) ** 2 : 1);
  }
  const tails = Float64Array.from(
    { length: pieces },
    (_, i) => SMALLEST_TAIL + ((tail - SMALLEST_TAIL) * i) / (pieces - 1),
  );
  tails[pieces - 1] = tail;
  const parts = tails.map((a, i) => {
    const after = i + 1 < pieces ? tails[i + 1] : a;
    const before = i > 0 ? tails[i - 1] : 0;
    return i + 1 < pieces ? ((after - before) * a) / tail ** 2 : (a - before) / tail;
  });
  // Σ parts[i]·min(share/tails[i], 1): whole parts of the tails within the share, a rate for the others.
  const whole = new Float64Array(pieces + 1);
  const rates = new Float64Array(pieces + 1);
  for (let i = 0; i < pieces; i++) {
    whole[i + 1] = whole[i] + parts[i];
  }
  for (let i = pieces - 1; i >= 0; i--) {
    rates[i] = rates[i + 1] + parts[i] / tails[i];
  }
  return (share) => {
    const count = countUpTo(tails, share);
    return whole[count] + share * rates[count];
  };
}

/** Counts the entries up to a limit, of some that ascend. */
function countUpTo(ascending: Float64Array, limit: number): number {
  let least = 0;
  let most = ascending.length;
  while (least < most) {
    const middle = (least + most) >> 1;
    if (ascending[middle] <= limit) {
      least = middle + 1;
    } else {
      most = middle;
    }
  }
  return least;
}

/** The first level of Riskfolio-Lib's trapezoidal sum. */
export const SMALLEST_TAIL = 1e-4;

/**
 * Makes the distortion of Gini's mean difference E|y − y′|: G(u) = 2u(1 − u), corrected.
 *
 * @param correction - 1 − Σ pₜ², the probability that two scenarios drawn differ.
 */
function giniDistortion(correction: number): Distortion {
  return (share) => (2 * share * (1 - share)) / correction;
}

/** Adds to a measure of losses another of the gains: that of −y at the same portfolio. */
function rangeDistortion(loss: Distortion, gain: Distortion): Distortion {
  return (share) => loss(share) + gain(1 - share) - gain(1);
}

/** The measures that are spectral: a distortion of the losses says it all. */
export type SpectralMeasure = Extract<
  OrderedMeasure,
  { readonly kind: "gini-mean-difference" | "tail-gini" | "tail-gini-range" | "cvar-range" }
>;

/**
 * Makes the distortion of a measure for scenarios of given probabilities.
 *
 * @param probabilities - Length T, of sum 1.
 */
export function distortionOf(measure: SpectralMeasure, probabilities: Float64Array): Distortion {
  if (measure.kind === "gini-mean-difference") {
    return giniDistortion(1 - dot(probabilities, probabilities));
  }
  const tail = 1 - measure.level;
  if (measure.kind === "tail-gini") {
    return tailGiniDistortion(tail, measure.pieces);
  }
  const gainTail = 1 - (measure.gainLevel ?? measure.level);
  return measure.kind === "cvar-range"
    ? rangeDistortion(tailMeanDistortion(tail), tailMeanDistortion(gainTail))
    : rangeDistortion(
        tailGiniDistortion(tail, measure.pieces),
        tailGiniDistortion(gainTail, measure.pieces),
      );
}
