import { ArgumentError } from "@portfolio/quant";
import { meanOf } from "./long-run-variance.ts";

/**
 * Computes the loss x − ln x − 1 of a forecast of variance, x = realized/forecast: at least 0, and 0
 * where they agree. Its ranking of forecasts does not suffer from noise in what is realized.
 *
 * @param realized - Variances, positive; how they scale does not matter.
 * @param forecasts - Variances, positive.
 * @throws {ArgumentError} The lengths differ, or a variance is not positive.
 * @see Patton (2011), "Volatility forecast comparison using imperfect volatility proxies", eq. 24,
 *   doi:10.1016/j.jeconom.2010.03.034
 */
export function quasiLikelihoodLosses(
  realized: Float64Array,
  forecasts: Float64Array,
): Float64Array {
  requireSameLength(realized, forecasts);
  return realized.map((variance, i) => {
    if (!(variance > 0 && forecasts[i] > 0)) {
      throw new ArgumentError(`variance ${variance} and its forecast ${forecasts[i]} at ${i}`);
    }
    const ratio = variance / forecasts[i];
    return Math.max(0, ratio - Math.log(ratio) - 1);
  });
}

/**
 * Computes the share of squared targets that forecasts explain, 1 − Σ(y − f)²/Σ(y − b)².
 *
 * @param benchmark - b, what must be beaten: 0, or the mean known at the time. Absent means 0.
 * @returns At most 1, negative where the benchmark is better; 0 where the benchmark has no error.
 * @throws {ArgumentError} The lengths differ.
 * @see Campbell & Thompson (2008), "Predicting Excess Stock Returns Out of Sample", eq. 1,
 *   doi:10.1093/rfs/hhm055; Gu, Kelly & Xiu (2020), "Empirical Asset Pricing via Machine Learning",
 *   eq. 19, doi:10.1093/rfs/hhaa009 (with b = 0)
 */
export function rSquaredOutOfSample(
  forecasts: Float64Array,
  targets: Float64Array,
  benchmark = new Float64Array(targets.length),
): number {
  requireSameLength(forecasts, targets);
  requireSameLength(benchmark, targets);
  let errors = 0;
  let spread = 0;
  for (let i = 0; i < targets.length; i++) {
    errors += (targets[i] - forecasts[i]) ** 2;
    spread += (targets[i] - benchmark[i]) ** 2;
  }
  return spread > 0 ? 1 - errors / spread : 0;
}

/** The line of targets on forecasts: an intercept of 0 and a slope of 1 are calibrated. */
export interface CalibrationLine {
  readonly intercept: number;
  /** Below 1 where forecasts are too bold; 0 where they are constant. */
  readonly slope: number;
}

/**
 * Regresses targets on forecasts.
 *
 * @throws {ArgumentError} The lengths differ.
 * @see Mincer & Zarnowitz (1969), "The Evaluation of Economic Forecasts", section II
 */
export function calibrationLine(forecasts: Float64Array, targets: Float64Array): CalibrationLine {
  requireSameLength(forecasts, targets);
  const [mean, targetMean] = [meanOf(forecasts), meanOf(targets)];
  let squares = 0;
  let products = 0;
  for (let i = 0; i < targets.length; i++) {
    squares += (forecasts[i] - mean) ** 2;
    products += (forecasts[i] - mean) * (targets[i] - targetMean);
  }
  const slope = squares > 0 ? products / squares : 0;
  return { intercept: targetMean - slope * mean, slope };
}

function requireSameLength(x: Float64Array, y: Float64Array): void {
  if (x.length !== y.length) {
    throw new ArgumentError(`series have ${x.length} and ${y.length} entries`);
  }
}
