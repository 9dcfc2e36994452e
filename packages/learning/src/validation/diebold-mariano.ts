import { ArgumentError, studentProbability } from "@portfolio/quant";
import { autocovariance, longRunVariance, meanOf } from "./long-run-variance.ts";

/** Whether one of two forecasts lost less. */
export interface ForecastComparison {
  /** Mean of loss A − loss B: positive where B is better. */
  readonly meanDifference: number;
  /** The statistic, with the correction for small samples. 0 when all differences are 0. */
  readonly t: number;
  /** Two-sided, from Student's t of n − 1 degrees. */
  readonly pValue: number;
}

/**
 * Tests whether two forecasts have the same expected loss, looked at once, at the end.
 *
 * DM = d̄/√(LRV/n) with the h − 1 autocovariances that forecasts of h steps have, times
 * √((n + 1 − 2h + h(h − 1)/n)/n). Where those sum to no positive variance, they are weighted as by
 * Newey and West. For looks while data come in, `evaluateExperiment`.
 *
 * @param differences - Loss A less loss B of each date, length n > h.
 * @param horizon - h, steps ahead, from 1.
 * @throws {ArgumentError} There are too few dates, or the horizon is not an integer from 1.
 * @see Diebold & Mariano (1995), "Comparing Predictive Accuracy", eq. 1, doi:10.2307/1392185;
 *   Harvey, Leybourne & Newbold (1997), "Testing the equality of prediction mean squared errors",
 *   eq. 9, doi:10.1016/S0169-2070(96)00719-4
 */
export function compareForecasts(differences: Float64Array, horizon: number): ForecastComparison {
  const count = differences.length;
  if (!(Number.isInteger(horizon) && horizon >= 1 && count > 2 * horizon)) {
    throw new ArgumentError(`${count} differences for a horizon of ${horizon}`);
  }
  const meanDifference = meanOf(differences);
  let variance = autocovariance(differences, 0);
  for (let lag = 1; lag < horizon; lag++) {
    variance += 2 * autocovariance(differences, lag);
  }
  if (!(variance > 0)) {
    variance = longRunVariance(differences, horizon - 1);
  }
  const correction = (count + 1 - 2 * horizon + (horizon * (horizon - 1)) / count) / count;
  const t = variance > 0 ? meanDifference * Math.sqrt((count * correction) / variance) : 0;
  // Differences that never change and are not 0 leave no doubt.
  if (variance === 0 && meanDifference !== 0) {
    return { meanDifference, t: Math.sign(meanDifference) * Number.POSITIVE_INFINITY, pValue: 0 };
  }
  return { meanDifference, t, pValue: 2 * studentProbability(-Math.abs(t), count - 1) };
}
