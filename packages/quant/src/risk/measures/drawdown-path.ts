import { ArgumentError } from "../../errors.ts";

/** The drawdowns of a series of returns, one after each return. */
export interface DrawdownPath {
  /** Length T, ≥ 0. */
  readonly drawdowns: Float64Array;
  /** Turns a gradient in the drawdowns into one in the returns. */
  pullBack(gradient: Float64Array): Float64Array;
}

/**
 * Computes the drawdowns of cumulative sums of returns, the start being the first peak.
 *
 * A drawdown is the sum of the negative returns since its peak, so its gradient is −1 there.
 */
export function uncompoundedDrawdowns(returns: Float64Array): DrawdownPath {
  const drawdowns = new Float64Array(returns.length);
  let drawdown = 0;
  for (let t = 0; t < returns.length; t++) {
    drawdown = Math.max(0, drawdown - returns[t]);
    drawdowns[t] = drawdown;
  }
  return {
    drawdowns,
    pullBack: (gradient) => {
      const slopes = new Float64Array(returns.length);
      let later = 0;
      for (let t = returns.length - 1; t >= 0; t--) {
        later = drawdowns[t] > 0 ? later + gradient[t] : 0;
        slopes[t] = -later;
      }
      return slopes;
    },
  };
}

/**
 * Computes the drawdowns of products of 1 + y as fractions of the peak, the start being the first.
 *
 * @throws {ArgumentError} A return is −1 or less: everything is lost.
 */
export function compoundedDrawdowns(returns: Float64Array): DrawdownPath {
  const drawdowns = new Float64Array(returns.length);
  let remaining = 1;
  for (let t = 0; t < returns.length; t++) {
    if (returns[t] <= -1) {
      throw new ArgumentError(`return ${t} is ${returns[t]}: a compounded return is above -1`);
    }
    remaining = Math.min(1, remaining * (1 + returns[t]));
    drawdowns[t] = 1 - remaining;
  }
  return {
    drawdowns,
    pullBack: (gradient) => {
      const slopes = new Float64Array(returns.length);
      let later = 0;
      for (let t = returns.length - 1; t >= 0; t--) {
        later = drawdowns[t] > 0 ? later + gradient[t] * (1 - drawdowns[t]) : 0;
        slopes[t] = -later / (1 + returns[t]);
      }
      return slopes;
    },
  };
}
