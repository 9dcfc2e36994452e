import { historicalMean } from "../expected-returns/historical-mean.ts";
import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { covarianceFromCorrelation } from "./correlation.ts";
import { requireObservations, requireWithin } from "./observations.ts";
import {
  type PositiveSemidefiniteRepair,
  repairPositiveSemidefinite,
} from "./positive-semidefinite.ts";

/**
 * What the concordant less the discordant days of a pair are divided by: the number of both
 * (statistic 0), the days on which at least one of the two moved (1), or the geometric mean of the
 * days on which each moved (2).
 */
export type GerberStatistic = 0 | 1 | 2;

const THRESHOLD_MAX = 10;

/**
 * Computes the Gerber covariance, which counts joint moves and ignores their size.
 *
 * An asset moves on a day when its return (not its deviation from the mean) reaches the threshold
 * times its volatility, divided by T. A pair is concordant when both move to the same side. The
 * correlation is (concordant − discordant) / divisor, 0 where the divisor is 0. Statistics 1
 * and 2 are positive semidefinite by construction (1: the divisor's inverse is a power series of
 * Gram matrices); 0 is not, and its negative eigenvalues are clipped.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @param statistic - The divisor.
 * @param threshold - Volatilities that count as a move, over 0 and up to 10; 0.5 in the paper.
 * @throws {ArgumentError} There are fewer than two rows, a return is not finite, or the threshold
 *   is out of range.
 * @see Gerber, Markowitz, Ernst, Miao, Javid & Sargen (2022), "The Gerber statistic: a robust
 *   co-movement measure for portfolio optimization", doi:10.3905/jpm.2021.1.316, eqs. 4, 5 and 8
 */
export function gerberCovariance(
  returns: Matrix,
  statistic: GerberStatistic,
  threshold: number,
): PositiveSemidefiniteRepair {
  requireObservations(returns, 2);
  requireWithin(threshold, Number.MIN_VALUE, THRESHOLD_MAX, "threshold");
  const deviations = populationDeviations(returns);
  const correlation = gerberCorrelation(returns, deviations, statistic, threshold);
  return repairPositiveSemidefinite(covarianceFromCorrelation(correlation, deviations));
}

function gerberCorrelation(
  returns: Matrix,
  deviations: Float64Array,
  statistic: GerberStatistic,
  threshold: number,
): Matrix {
  const { rows, cols: n } = returns;
  const moves = movesOf(returns, deviations, threshold);
  const origin = new Float64Array(n);
  const differences = centeredGram({ rows, cols: n, values: moves }, origin);
  const joint = centeredGram({ rows, cols: n, values: moves.map(Math.abs) }, origin).values;
  const correlation = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const [own, other, both] = [joint[i * n + i], joint[j * n + j], joint[i * n + j]];
      const divisor = [both, own + other - both, Math.sqrt(own * other)][statistic];
      correlation[i * n + j] = divisor > 0 ? differences.values[i * n + j] / divisor : 0;
    }
  }
  return { rows: n, cols: n, values: correlation };
}

/** Marks moves up with 1, moves down with −1, and the rest with 0. */
function movesOf(
  { cols: n, values }: Matrix,
  deviations: Float64Array,
  threshold: number,
): Float64Array {
  return values.map((x, k) => {
    const deviation = deviations[k % n];
    return deviation > 0 && Math.abs(x) >= threshold * deviation ? Math.sign(x) : 0;
  });
}

/** Computes standard deviations, from squares divided by T. */
function populationDeviations(returns: Matrix): Float64Array {
  const { rows, cols: n, values } = returns;
  const means = historicalMean(returns);
  return means.map((mean, j) => {
    let sum = 0;
    for (let t = 0; t < rows; t++) {
      sum += (values[t * n + j] - mean) ** 2;
    }
    return Math.sqrt(sum / rows);
  });
}
