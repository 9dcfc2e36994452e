import { ArgumentError } from "../errors.ts";
import { type Matrix, requireFinite, requireSquare } from "../linalg/matrix.ts";

/** Expected returns and covariance over one horizon. */
export interface HorizonMoments {
  /** Simple returns over the horizon, length n. */
  readonly means: Float64Array;
  /** Of simple returns over the horizon, shape (n, n). */
  readonly covariance: Matrix;
}

// Beyond these, the exponential of a log return over the horizon says nothing about a price.
const LOG_MAX = 50;

/**
 * Computes moments of simple returns over a horizon from those of log returns per period.
 *
 * Log returns add up: over h periods they have the mean hµ and the covariance hΣ if periods are
 * uncorrelated. If they are normal, simple returns have the means
 * mᵢ = exp(hµᵢ + hΣᵢᵢ/2) − 1 and the covariances (1 + mᵢ)(1 + mⱼ)(exp(hΣᵢⱼ) − 1).
 *
 * @param logMeans - µ per period, length n.
 * @param logCovariance - Σ per period, shape (n, n), symmetric.
 * @param periods - h, over 0.
 * @throws {ArgumentError} Shapes differ, a number is not finite, h is not over 0, or hµ + hΣ/2 is
 *   beyond ±50, e⁵⁰ times the price.
 * @see Meucci (2001), "Common pitfalls in mean-variance asset allocation"; Meucci (2010), "Linear vs.
 *   compounded returns", eqs. 11 to 14
 */
export function lognormalHorizon(
  logMeans: Float64Array,
  logCovariance: Matrix,
  periods: number,
): HorizonMoments {
  const n = requireSquare(logCovariance, "covariance").rows;
  if (logMeans.length !== n) {
    throw new ArgumentError(`there are ${logMeans.length} means for ${n} assets`);
  }
  requireFinite(logMeans, "means");
  requireFinite(logCovariance.values, "covariance");
  if (!(periods > 0 && periods < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`the horizon is ${periods} periods, not a number over 0`);
  }
  const variances = logMeans.map((_, i) => periods * logCovariance.values[i * n + i]);
  const growth = logMeans.map((mean, i) => periods * mean + variances[i] / 2);
  const wrong = growth.findIndex(
    (value, i) => !(Math.abs(value) <= LOG_MAX && Math.abs(variances[i]) <= LOG_MAX),
  );
  if (wrong >= 0) {
    throw new ArgumentError(
      `over ${periods} periods asset ${wrong} is expected to grow by the exponential of ` +
        `${growth[wrong]}: choose a shorter horizon`,
    );
  }
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const factor = Math.exp(growth[i] + growth[j]);
      values[i * n + j] = factor * Math.expm1(periods * logCovariance.values[i * n + j]);
    }
  }
  return { means: growth.map(Math.expm1), covariance: { rows: n, cols: n, values } };
}
