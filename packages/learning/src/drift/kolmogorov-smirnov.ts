import { ArgumentError } from "@portfolio/quant";

/** How far two samples are apart. */
export interface TwoSampleTest {
  /** Largest difference of the distribution functions, 0 … 1. */
  readonly statistic: number;
  readonly pValue: number;
}

// Products of sample sizes up to which the probability is exact.
const EXACT_MAX = 1_000_000;

/**
 * Tests whether two samples of independent numbers are of one distribution.
 *
 * The probability is exact up to a million pairs, without regard to ties, and an asymptotic one
 * beyond. Samples that depend on their own past reject far too often: take residuals.
 *
 * @param x - Length m ≥ 1, finite.
 * @param y - Length n ≥ 1, finite.
 * @throws {ArgumentError} A sample is empty or holds NaN.
 * @see Hodges (1958), "The significance probability of the Smirnov two-sample test",
 *   doi:10.1007/BF02589501; Stephens (1970), doi:10.1111/j.2517-6161.1970.tb00821.x
 */
export function kolmogorovSmirnov(x: Float64Array, y: Float64Array): TwoSampleTest {
  const [m, n] = [x.length, y.length];
  if (m === 0 || n === 0 || x.some(Number.isNaN) || y.some(Number.isNaN)) {
    throw new ArgumentError(`samples of ${m} and ${n} numbers, or with NaN`);
  }
  const statistic = largestGap(x.slice().sort(), y.slice().sort());
  const pValue = m * n <= EXACT_MAX ? exactTail(statistic, m, n) : asymptoticTail(statistic, m, n);
  return { statistic, pValue: Math.max(0, Math.min(1, pValue)) };
}

function largestGap(x: Float64Array, y: Float64Array): number {
  let [i, j, gap] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i], y[j]);
    while (i < x.length && x[i] <= value) {
      i++;
    }
    while (j < y.length && y[j] <= value) {
      j++;
    }
    gap = Math.max(gap, Math.abs(i / x.length - j / y.length));
  }
  return gap;
}

/**
 * Follows the lattice paths from (0, 0) to (m, n), each as likely: the share of them that reaches a
 * gap of at least d. Shares and not counts are kept, so that nothing overflows.
 */
function exactTail(statistic: number, m: number, n: number): number {
  const limit = statistic - 1e-12;
  if (limit <= 0) {
    return 1;
  }
  // Chance that a path to (i, j), given that it passes there, has reached the gap.
  const reached = new Float64Array(n + 1);
  for (let i = 0; i <= m; i++) {
    for (let j = 0; j <= n; j++) {
      const isReached = Math.abs(i / m - j / n) >= limit;
      reached[j] = isReached ? 1 : chanceBefore(reached, i, j);
    }
  }
  return reached[n];
}

/** Chance of a path to (i, j) from those of the two points before it, one of which j still holds. */
function chanceBefore(reached: Float64Array, i: number, j: number): number {
  const fromBelow = i > 0 ? (i / (i + j)) * reached[j] : 0;
  const fromLeft = j > 0 ? (j / (i + j)) * reached[j - 1] : 0;
  return fromBelow + fromLeft;
}

function asymptoticTail(statistic: number, m: number, n: number): number {
  const root = Math.sqrt((m / (m + n)) * n);
  const z = (root + 0.12 + 0.11 / root) * statistic;
  let tail = 0;
  for (let k = 1; k <= 100; k++) {
    const term = 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * z * z);
    tail += term;
    if (Math.abs(term) < 1e-17) {
      return tail;
    }
  }
  // The series does not converge for small gaps, where the chance is 1.
  return 1;
}
