import { ArgumentError } from "../errors.ts";

/** Whole shares that come close to target weights. */
export interface ShareAllocation {
  /** Whole numbers, length n; negative for a short position. */
  readonly shares: Float64Array;
  /** Cash less what the shares cost, in the currency of the prices. */
  readonly leftoverCash: number;
  /** Value of each position as a fraction of the cash, length n. */
  readonly weights: Float64Array;
  /** Σᵢ |achieved weight − target weight|, a fraction. */
  readonly absoluteError: number;
}

/**
 * Turns weights into whole shares that the cash can pay.
 *
 * Rounds every position toward 0, then buys one more share of the most underweight asset that
 * the rest of the money still pays, until none is left. As idle cash is itself a deviation,
 * each such purchase brings the portfolio closer to its target.
 *
 * Short positions are filled in the same way by themselves: short sales come to at most their
 * target value, and so do purchases. Leftover cash is negative only when weights sum to more
 * than 1, or when rounding leaves short sales below the value that was to pay for purchases.
 *
 * @param weights - Target weights as fractions of `cash`, length n. 0 is allowed.
 * @param prices - Price of one share each, length n, positive.
 * @param cash - Money to invest, positive, in the currency of the prices.
 * @throws {ArgumentError} Lengths differ, a weight is not finite, a price is not positive and
 *   finite, or there is no positive finite cash.
 */
export function allocateShares(
  weights: Float64Array,
  prices: Float64Array,
  cash: number,
): ShareAllocation {
  checkArguments(weights, prices, cash);
  const shares = new Float64Array(weights.length);
  fillSide(1, weights, prices, cash, shares);
  fillSide(-1, weights, prices, cash, shares);
  const achieved = shares.map((count, i) => (count * prices[i]) / cash);
  let leftoverCash = cash;
  let absoluteError = 0;
  for (let i = 0; i < shares.length; i++) {
    leftoverCash -= shares[i] * prices[i];
    absoluteError += Math.abs(achieved[i] - weights[i]);
  }
  return { shares, leftoverCash, weights: achieved, absoluteError };
}

// Lets a target of 3 shares be 3 when the quotient comes out as 2.9999999999999996.
const ROUNDING = 1e-9;

/** Fills the positions of one sign. */
function fillSide(
  sign: number,
  weights: Float64Array,
  prices: Float64Array,
  cash: number,
  shares: Float64Array,
): void {
  let money = 0;
  const missing = weights.map((weight, i) => {
    const target = Math.max(0, sign * weight) * cash;
    const count = Math.floor((target / prices[i]) * (1 + ROUNDING));
    money += target - count * prices[i];
    shares[i] += sign * count;
    return target - count * prices[i];
  });
  const slack = ROUNDING * cash;
  for (;;) {
    let pick = -1;
    for (let i = 0; i < missing.length; i++) {
      const wanted = missing[i] > slack && prices[i] <= money + slack;
      pick = wanted && (pick === -1 || missing[i] > missing[pick]) ? i : pick;
    }
    if (pick === -1) {
      return;
    }
    shares[pick] += sign;
    money -= prices[pick];
    missing[pick] -= prices[pick];
  }
}

function checkArguments(weights: Float64Array, prices: Float64Array, cash: number): void {
  if (weights.length !== prices.length) {
    throw new ArgumentError(`there are ${weights.length} weights and ${prices.length} prices`);
  }
  if (!(cash > 0 && cash < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`cash is ${cash}, not a positive finite number`);
  }
  for (let i = 0; i < weights.length; i++) {
    if (!Number.isFinite(weights[i])) {
      throw new ArgumentError(`weight ${i} is ${weights[i]}, not a finite number`);
    }
    if (!(prices[i] > 0 && prices[i] < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`price ${i} is ${prices[i]}, not a positive finite number`);
    }
  }
}
