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
 * target value, and so do purchases. Long weights that sum to 1 but for rounding are taken to
 * sum to 1. So leftover cash is negative only when weights sum to more than that, or when whole
 * shares leave short sales below the value that was to pay for purchases.
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
  fillSide(1, targetValues(1, weights, cash), prices, shares);
  fillSide(-1, targetValues(-1, weights, cash), prices, shares);
  const achieved = shares.map((count, i) => (count * prices[i]) / cash);
  let leftoverCash = cash;
  let turnover = cash;
  let absoluteError = 0;
  for (let i = 0; i < shares.length; i++) {
    leftoverCash -= shares[i] * prices[i];
    turnover += Math.abs(shares[i]) * prices[i];
    absoluteError += Math.abs(achieved[i] - weights[i]);
  }
  if (Math.abs(leftoverCash) <= ROUNDING * turnover) {
    leftoverCash = 0;
  }
  return { shares, leftoverCash, weights: achieved, absoluteError };
}

// A few roundings. Lets a target of 3 shares be 3 when the quotient comes out as
// 2.9999999999999996; a billion in cash is not overspent by a cent.
const ROUNDING = 8 * Number.EPSILON;
// Long weights whose sum misses 1 by less than this are fully invested.
const FULLY_INVESTED = 1e-9;

/** Values the positions of one sign, in money, length n; 0 for the others. */
function targetValues(sign: number, weights: Float64Array, cash: number): Float64Array {
  const sizes = weights.map((weight) => Math.max(0, sign * weight));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const isWhole = sign > 0 && Math.abs(total - 1) <= FULLY_INVESTED;
  return sizes.map((size) => (isWhole ? size / total : size) * cash);
}

/** Fills the positions of one sign. */
function fillSide(
  sign: number,
  targets: Float64Array,
  prices: Float64Array,
  shares: Float64Array,
): void {
  let money = 0;
  let total = 0;
  const missing = targets.map((target, i) => {
    const count = Math.floor((target / prices[i]) * (1 + ROUNDING));
    money += target - count * prices[i];
    total += target;
    shares[i] += sign * count;
    return target - count * prices[i];
  });
  const slack = ROUNDING * total;
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
