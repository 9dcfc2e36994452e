import type { Sensitivity } from "./sensitivity.ts";
import { descendingOrder } from "./spectral-risk.ts";

/** Finds the largest loss; of equal ones the first. Scenarios of probability 0 do not count. */
export function worstLoss(losses: Float64Array, probabilities: Float64Array): Sensitivity {
  let worst = -1;
  for (let t = 0; t < losses.length; t++) {
    if (probabilities[t] > 0 && (worst === -1 || losses[t] > losses[worst])) {
      worst = t;
    }
  }
  return at(losses, worst);
}

// A sum of probabilities, and 1 − level, are rounded: a tail that is whole to this counts as whole.
const PROBABILITY_ROUNDING = 1e-12;

/**
 * Finds the least loss x with P(loss > x) ≤ α, the lower quantile of the losses at 1 − α.
 *
 * Where αT is a whole number k this is loss k + 1 from above, as in skfolio; Riskfolio-Lib takes
 * loss k there.
 *
 * @param tail - The probability α, in (0, 1).
 */
export function quantileLoss(
  losses: Float64Array,
  probabilities: Float64Array,
  tail: number,
): Sensitivity {
  const order = descendingOrder(losses);
  let above = 0;
  let last = -1;
  for (let k = 0; k < order.length; k++) {
    const t = order[k];
    if (probabilities[t] > 0) {
      last = t;
      above += probabilities[t];
      if (above > tail + PROBABILITY_ROUNDING) {
        break;
      }
    }
  }
  return at(losses, last);
}

function at(losses: Float64Array, t: number): Sensitivity {
  const gradient = new Float64Array(losses.length);
  gradient[t] = 1;
  return { value: losses[t], gradient };
}
