import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { requireObservations, requireWithin } from "./observations.ts";
import { mirrorLowerTriangle } from "./positive-semidefinite.ts";
import { type RegimeSignal, regimeObservation } from "./regime-signal.ts";

/** How an exponentially weighted covariance follows changes of the level of risk. */
export interface RegimeAdjustment extends RegimeSignal {
  /** Periods after which a return counts half in the covariance, positive. */
  readonly halfLife: number;
  /** Periods after which an observation counts half in the multiplier, positive. */
  readonly regimeHalfLife: number;
  /** Bounds of the multiplier of volatilities, 0 < least ≤ greatest. */
  readonly multiplierMin: number;
  readonly multiplierMax: number;
}

/** What is known after a number of periods. Plain data: it can be stored and continued. */
export interface RegimeState {
  readonly periodCount: number;
  /** Σ (1 − λ) λᵏ xx', not yet corrected for its start at 0, shape (n, n). */
  readonly covariance: Matrix;
  /** Exponentially weighted mean of the observations of the regime. */
  readonly signal: number;
  readonly signalCount: number;
}

/** A covariance at the level of risk of the last periods. */
export interface RegimeAdjustedCovariance {
  /** Per period, multiplied by the squared multiplier, shape (n, n), positive semidefinite. */
  readonly covariance: Matrix;
  /** Factor of all volatilities; 1 until the regime was observed for one half-life. */
  readonly multiplier: number;
}

/** Makes the state before the first period. */
export function regimeStart(assetCount: number): RegimeState {
  const values = new Float64Array(assetCount * assetCount);
  const covariance = { rows: assetCount, cols: assetCount, values };
  return { periodCount: 0, covariance, signal: 0, signalCount: 0 };
}

/**
 * Takes in the returns of one or more periods.
 *
 * Taking them in at once or one by one gives the same bits. Costs n² a period.
 *
 * @param state - It is not changed.
 * @param returns - Returns, one row per period, oldest first, shape (T, n), T ≥ 1.
 * @throws {ArgumentError} The number of assets differs, a return is not finite, or the adjustment
 *   is out of range.
 */
export function regimeUpdate(
  state: RegimeState,
  returns: Matrix,
  adjustment: RegimeAdjustment,
): RegimeState {
  requireAdjustment(adjustment);
  requireObservations(returns, 1);
  const n = returns.cols;
  if (state.covariance.rows !== n) {
    throw new ArgumentError(`there are ${n} returns a period for ${state.covariance.rows} assets`);
  }
  const decay = 0.5 ** (1 / adjustment.halfLife);
  const signalDecay = 0.5 ** (1 / adjustment.regimeHalfLife);
  const values = Float64Array.from(state.covariance.values);
  const covariance = { rows: n, cols: n, values };
  let { periodCount, signal, signalCount } = state;
  for (let t = 0; t < returns.rows; t++) {
    const row = returns.values.subarray(t * n, (t + 1) * n);
    const isReady = periodCount >= Math.max(1, Math.floor(adjustment.halfLife));
    const observation = isReady
      ? regimeObservation(row, covariance, 1 - decay ** periodCount, adjustment)
      : undefined;
    if (observation !== undefined) {
      signal =
        signalCount === 0 ? observation : signalDecay * signal + (1 - signalDecay) * observation;
      signalCount++;
    }
    addOuterProduct(values, row, decay);
    periodCount++;
  }
  mirrorLowerTriangle(values, n);
  return { periodCount, covariance, signal, signalCount };
}

/**
 * Computes the covariance that a state stands for.
 *
 * The exponentially weighted covariance around 0 (not around the means), corrected for its start,
 * times φ². φ compares the risk that was expected for each period with what then happened.
 *
 * @throws {ArgumentError} No period was taken in yet, or the adjustment is out of range.
 */
export function regimeCovariance(
  state: RegimeState,
  adjustment: RegimeAdjustment,
): RegimeAdjustedCovariance {
  requireAdjustment(adjustment);
  if (state.periodCount < 1) {
    throw new ArgumentError("covariance needs at least 1 row of returns, got 0");
  }
  const decay = 0.5 ** (1 / adjustment.halfLife);
  const multiplier = multiplierOf(state, adjustment);
  const scale = multiplier ** 2 / (1 - decay ** state.periodCount);
  const { covariance } = state;
  return {
    covariance: { ...covariance, values: covariance.values.map((entry) => entry * scale) },
    multiplier,
  };
}

/**
 * Computes an exponentially weighted covariance that follows changes of the level of risk.
 *
 * @param returns - Returns, one row per period, oldest first, shape (T, n), T ≥ 2.
 * @throws {ArgumentError} There are fewer than two rows, a return is not finite, or the adjustment
 *   is out of range.
 * @see Paleologo (2025), "The elements of quantitative investing", short-term volatility update,
 *   and skfolio's `RegimeAdjustedEWCovariance`
 */
export function regimeAdjustedCovariance(
  returns: Matrix,
  adjustment: RegimeAdjustment,
): RegimeAdjustedCovariance {
  requireObservations(returns, 2);
  const state = regimeUpdate(regimeStart(returns.cols), returns, adjustment);
  return regimeCovariance(state, adjustment);
}

function multiplierOf({ signal, signalCount }: RegimeState, adjustment: RegimeAdjustment): number {
  if (signalCount < Math.max(1, Math.floor(adjustment.regimeHalfLife))) {
    return 1;
  }
  const raw = {
    "mean-deviation": signal,
    "root-mean-square": Math.sqrt(Math.max(0, signal)),
    "mean-logarithm": Math.exp(signal / 2),
  }[adjustment.averaging];
  return Math.max(adjustment.multiplierMin, Math.min(adjustment.multiplierMax, raw));
}

/** Takes in one row; the lower triangle only. */
function addOuterProduct(values: Float64Array, row: Float64Array, decay: number): void {
  const n = row.length;
  for (let i = 0; i < n; i++) {
    const factor = (1 - decay) * row[i];
    const offset = i * n;
    for (let j = 0; j <= i; j++) {
      values[offset + j] = decay * values[offset + j] + factor * row[j];
    }
  }
}

const HALF_LIFE_MAX = 1e6;

function requireAdjustment(adjustment: RegimeAdjustment): void {
  const { halfLife, regimeHalfLife, multiplierMin, multiplierMax } = adjustment;
  requireWithin(halfLife, Number.MIN_VALUE, HALF_LIFE_MAX, "half-life");
  requireWithin(regimeHalfLife, Number.MIN_VALUE, HALF_LIFE_MAX, "half-life of the regime");
  requireWithin(multiplierMax, Number.MIN_VALUE, Number.MAX_VALUE, "greatest multiplier");
  requireWithin(multiplierMin, Number.MIN_VALUE, multiplierMax, "least multiplier");
}
