import type { Distortion } from "./distortion.ts";
import type { Sensitivity } from "./sensitivity.ts";

/**
 * Computes a spectral risk measure, Σ (G(bₜ) − G(aₜ))·lossₜ over the losses in descending order.
 *
 * @param losses - Length T.
 * @param probabilities - Length T, ≥ 0, of sum 1.
 * @returns The value and its gradient, which for equal losses is that of the order of scenarios.
 * @see Acerbi (2002), "Spectral measures of risk", doi:10.1016/S0378-4266(02)00281-9
 */
export function spectralRisk(
  losses: Float64Array,
  probabilities: Float64Array,
  distortion: Distortion,
): Sensitivity {
  const order = descendingOrder(losses);
  const gradient = new Float64Array(losses.length);
  let share = 0;
  let before = 0;
  let value = 0;
  for (let k = 0; k < order.length; k++) {
    const t = order[k];
    // The last share is 1 whatever the probabilities before it round to.
    share = k + 1 === order.length ? 1 : Math.min(1, share + probabilities[t]);
    const upTo = distortion(share);
    gradient[t] = upTo - before;
    value += gradient[t] * losses[t];
    before = upTo;
  }
  return { value, gradient };
}

/** Sorts the indices of numbers by descending value, equal ones by index. */
export function descendingOrder(values: Float64Array): Uint32Array {
  return Uint32Array.from(values, (_, t) => t).sort((a, b) => values[b] - values[a] || a - b);
}

/** Computes Σ vₖ·y₍ₖ₎ over the returns in ascending order. */
export function orderedSum(returns: Float64Array, weights: Float64Array): Sensitivity {
  const order = descendingOrder(returns).reverse();
  const gradient = new Float64Array(returns.length);
  let value = 0;
  for (let k = 0; k < order.length; k++) {
    gradient[order[k]] = weights[k];
    value += weights[k] * returns[order[k]];
  }
  return { value, gradient };
}
