import { positiveRoot } from "./monotone-root.ts";
import type { CurvedSensitivity } from "./sensitivity.ts";

/**
 * Computes the entropic value at risk, min over z > 0 of z·ln(E exp(loss/z) / α).
 *
 * At the minimum the tilted probabilities qₜ ∝ pₜ exp(lossₜ/z) have the relative entropy ln 1/α,
 * which falls as z grows. So z is the root of a monotone function, found by Newton's method within
 * a bracket; the value is Σ qₜ·lossₜ and q its gradient. Where the worst loss has a probability of
 * at least α there is no root: the infimum, at z → 0, is the worst loss.
 *
 * @param losses - Length T.
 * @param probabilities - Length T, ≥ 0, of sum 1.
 * @param tail - The probability α, in (0, 1).
 * @see Ahmadi-Javid (2012), "Entropic Value-at-Risk: A New Coherent Risk Measure",
 *   doi:10.1007/s10957-011-9968-2
 */
export function entropicRisk(
  losses: Float64Array,
  probabilities: Float64Array,
  tail: number,
): CurvedSensitivity {
  const { top, spread } = lossRange(losses, probabilities);
  const tilted = new Float64Array(losses.length);
  const target = -Math.log(tail);
  const shortfalls = losses.map((loss) => (spread === 0 ? 0 : (top - loss) / spread));
  const inverse = positiveRoot((rate) => {
    const { entropy, slope } = tilt(shortfalls, probabilities, { rate, tilted });
    return { value: entropy - target, slope };
  });
  tilt(shortfalls, probabilities, { rate: inverse, tilted });
  let value = 0;
  for (let t = 0; t < losses.length; t++) {
    value += tilted[t] * losses[t];
  }
  const scale = spread > 0 ? inverse / spread : 0;
  return { value, gradient: tilted, curvature: tilted.map((q) => q * scale) };
}

/** The largest loss that can happen, and how far above the smallest it is. */
export function lossRange(losses: Float64Array, probabilities: Float64Array) {
  let top = Number.NEGATIVE_INFINITY;
  let bottom = Number.POSITIVE_INFINITY;
  for (let t = 0; t < losses.length; t++) {
    if (probabilities[t] > 0) {
      top = Math.max(top, losses[t]);
      bottom = Math.min(bottom, losses[t]);
    }
  }
  return { top, spread: top - bottom };
}

/**
 * Tilts probabilities by exp(−rate·shortfall).
 *
 * @returns Their relative entropy to the untilted ones, and its derivative in the rate.
 */
function tilt(
  shortfalls: Float64Array,
  probabilities: Float64Array,
  { rate, tilted }: { readonly rate: number; readonly tilted: Float64Array },
) {
  let total = 0;
  for (let t = 0; t < tilted.length; t++) {
    // An impossible scenario may lie above the worst possible one.
    tilted[t] = probabilities[t] > 0 ? probabilities[t] * Math.exp(-rate * shortfalls[t]) : 0;
    total += tilted[t];
  }
  let mean = 0;
  for (let t = 0; t < tilted.length; t++) {
    tilted[t] /= total;
    mean += tilted[t] * shortfalls[t];
  }
  let variance = 0;
  for (let t = 0; t < tilted.length; t++) {
    variance += tilted[t] * (shortfalls[t] - mean) ** 2;
  }
  return { entropy: -rate * mean - Math.log(total), slope: rate * variance };
}
