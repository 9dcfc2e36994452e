import { ArgumentError, type Matrix } from "@portfolio/quant";
import type { LinearModel } from "../linear/linear-model.ts";
import { predictLinear } from "../linear/linear-model.ts";
import { ridgePath } from "../linear/ridge.ts";
import { requireInteger } from "../require-integer.ts";

/** How variances are regressed on their past. */
export interface HeterogeneousSpec {
  /** Days that are forecast together, from 1: the mean variance of the next h days. */
  readonly horizonDays: number;
  /** Whether logarithms are regressed: forecasts are then positive, and errors more alike. */
  readonly logarithmic: boolean;
}

/** A regression of variances on means of the last 1, 5 and 22 days. */
export interface HeterogeneousAutoregression extends HeterogeneousSpec {
  readonly model: LinearModel;
  /** Variance of the residuals; half of it is added to logarithms, for their mean. */
  readonly residualVariance: number;
  /** Least and largest variance seen; forecasts stay between them. */
  readonly least: number;
  readonly largest: number;
}

/** Days of the averages that are regressed on. */
const WINDOWS = [1, 5, 22];
const MONTH = 22;

/**
 * Fits a heterogeneous autoregression of realized variances by least squares.
 *
 * The mean of days t + 1 … t + h on those of the last day, week and month before t. In logarithms,
 * means are taken first. A forecast beyond anything seen is brought back to it, the insanity filter.
 *
 * @param variances - Positive, oldest first, length n ≥ 22 + h + 10.
 * @throws {ArgumentError} There are too few days, or a variance is not positive.
 * @see Corsi (2009), "A Simple Approximate Long-Memory Model of Realized Volatility", eq. 9,
 *   doi:10.1093/jjfinec/nbp001; Clements & Preve (2021), "A Practical Guide to harnessing the HAR
 *   volatility model", doi:10.1016/j.jbankfin.2021.106285
 */
export function fitHeterogeneous(
  spec: HeterogeneousSpec,
  variances: Float64Array,
): HeterogeneousAutoregression {
  const { horizonDays, logarithmic } = spec;
  requireInteger(horizonDays, 1, 252, "horizon in days");
  const rows = variances.length - MONTH - horizonDays + 1;
  if (rows < 10) {
    throw new ArgumentError(`${variances.length} variances are too few for ${horizonDays} days`);
  }
  const regressors = regressorsOf(variances, MONTH, rows, logarithmic);
  const targets = Float64Array.from({ length: rows }, (_, i) => {
    const mean = meanBefore(variances, MONTH + i + horizonDays, horizonDays);
    return logarithmic ? Math.log(mean) : mean;
  });
  const [model] = ridgePath({ features: regressors, targets }, [0]);
  const fitted = predictLinear(model, regressors);
  const squares = targets.reduce((sum, y, i) => sum + (y - fitted[i]) ** 2, 0);
  return {
    ...spec,
    model,
    residualVariance: squares / Math.max(1, rows - WINDOWS.length - 1),
    least: variances.reduce((a, b) => Math.min(a, b)),
    largest: variances.reduce((a, b) => Math.max(a, b)),
  };
}

/**
 * Forecasts the mean variance of the next days, after each day from the 22nd on.
 *
 * @param variances - Positive, oldest first, length n.
 * @returns Forecasts, length n − 21: the last one is for the days after the last.
 * @throws {ArgumentError} There are fewer than 22 days, or a variance is not positive.
 */
export function forecastHeterogeneous(
  fit: HeterogeneousAutoregression,
  variances: Float64Array,
): Float64Array {
  const rows = variances.length - MONTH + 1;
  if (rows < 1) {
    throw new ArgumentError(`${variances.length} variances, fewer than ${MONTH}`);
  }
  const regressors = regressorsOf(variances, MONTH, rows, fit.logarithmic);
  return predictLinear(fit.model, regressors).map((value) => {
    const variance = fit.logarithmic ? Math.exp(value + fit.residualVariance / 2) : value;
    return Math.max(fit.least, Math.min(fit.largest, variance));
  });
}

/** Means of the last days before each of `rows` days from `first` on. */
function regressorsOf(
  variances: Float64Array,
  first: number,
  rows: number,
  logarithmic: boolean,
): Matrix {
  const bad = variances.findIndex((value) => !(value > 0 && Number.isFinite(value)));
  if (bad >= 0) {
    throw new ArgumentError(`variance ${bad} is ${variances[bad]}, not a positive number`);
  }
  const cols = WINDOWS.length;
  const values = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < cols; k++) {
      const mean = meanBefore(variances, first + i, WINDOWS[k]);
      values[i * cols + k] = logarithmic ? Math.log(mean) : mean;
    }
  }
  return { rows, cols, values };
}

function meanBefore(variances: Float64Array, end: number, days: number): number {
  let sum = 0;
  for (let t = end - days; t < end; t++) {
    sum += variances[t];
  }
  return sum / days;
}
