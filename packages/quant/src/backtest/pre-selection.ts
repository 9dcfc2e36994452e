import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { momentsOf } from "../performance/moments.ts";

/** Figures of one asset's returns by which assets can be sorted. */
export type SelectionFigure = "mean" | "volatility" | "sharpe";

/**
 * Leaves out one asset of each pair whose correlation is above a threshold.
 *
 * Pairs are gone through from the highest correlation down; of a pair that is still there, the
 * asset of higher mean correlation with all assets goes, the second of equals. An asset without
 * volatility has the correlation 0 with all others.
 *
 * @param returns - Shape (T, N), T ≥ 2, finite.
 * @param threshold - Highest correlation of assets that both stay, −1 … 1.
 * @param isAbsolute - Whether correlations count without their sign.
 * @returns Column numbers that stay, ascending, at least one.
 * @throws {ArgumentError} The threshold is out of range, or the returns cannot be measured.
 * @see skfolio, `DropCorrelated`
 */
export function dropCorrelated(
  returns: Matrix,
  threshold: number,
  isAbsolute: boolean,
): Int32Array {
  if (!(threshold >= -1 && threshold <= 1)) {
    throw new ArgumentError(`the correlation threshold is ${threshold}, not within -1 … 1`);
  }
  const n = returns.cols;
  const correlations = correlationsOf(returns, isAbsolute);
  const means = Float64Array.from({ length: n }, (_, i) => rowMean(correlations, n, i));
  const isKept = new Uint8Array(n).fill(1);
  for (const { i, j } of pairsAbove(correlations, n, threshold)) {
    if (isKept[i] === 1 && isKept[j] === 1) {
      isKept[means[i] > means[j] ? i : j] = 0;
    }
  }
  return flagged(isKept);
}

function rowMean(correlations: Float64Array, n: number, row: number): number {
  let sum = 0;
  for (let j = 0; j < n; j++) {
    sum += correlations[row * n + j];
  }
  return sum / n;
}

/** Lists the pairs i < j whose correlation is above a threshold, from the highest down. */
function pairsAbove(correlations: Float64Array, n: number, threshold: number) {
  const pairs: { readonly i: number; readonly j: number; readonly value: number }[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const value = correlations[i * n + j];
      if (value > threshold) {
        pairs.push({ i, j, value });
      }
    }
  }
  return pairs.sort((a, b) => b.value - a.value);
}

function correlationsOf({ rows, cols, values }: Matrix, isAbsolute: boolean): Float64Array {
  const scaled = scaledColumns({ rows, cols, values });
  const correlations = new Float64Array(cols * cols);
  for (let i = 0; i < cols; i++) {
    correlations[i * cols + i] = 1;
    for (let j = i + 1; j < cols; j++) {
      let sum = 0;
      for (let t = 0; t < rows; t++) {
        sum += scaled[t * cols + i] * scaled[t * cols + j];
      }
      correlations[i * cols + j] = isAbsolute ? Math.abs(sum) : sum;
      correlations[j * cols + i] = correlations[i * cols + j];
    }
  }
  return correlations;
}

/** Takes off each column's mean and divides by its norm; zeros where nothing varies. */
function scaledColumns(returns: Matrix): Float64Array {
  const { rows, cols, values } = returns;
  const scaled = new Float64Array(rows * cols);
  for (let j = 0; j < cols; j++) {
    const { mean, standardDeviation } = momentsOf(columnOf(returns, j));
    const norm = standardDeviation * Math.sqrt(rows - 1);
    for (let t = 0; t < rows && norm > 0; t++) {
      scaled[t * cols + j] = (values[t * cols + j] - mean) / norm;
    }
  }
  return scaled;
}

/**
 * Keeps the assets of highest or lowest figure; of equals the first.
 *
 * @param returns - Shape (T, N), T ≥ 2, finite.
 * @param count - How many to keep, at least 1; all if there are fewer.
 * @returns Column numbers, ascending.
 * @throws {ArgumentError} The count is not valid, or the returns cannot be measured.
 * @see skfolio, `SelectKExtremes`
 */
export function selectExtremes(
  returns: Matrix,
  count: number,
  { figure, isLowest }: { readonly figure: SelectionFigure; readonly isLowest: boolean },
): Int32Array {
  requireCount(count);
  const figures = figuresOf(returns)[figure];
  const sign = isLowest ? 1 : -1;
  const order = Array.from(figures.keys()).sort(
    (a, b) => sign * (figures[a] - figures[b]) || a - b,
  );
  return Int32Array.from(order.slice(0, count)).sort();
}

/**
 * Keeps the assets that no other beats in mean return and in volatility, then those that only
 * these beat, and so on until there are enough.
 *
 * An asset beats another that it is as good as in both and better than in one. Fronts are kept as a
 * whole.
 *
 * @param returns - Shape (T, N), T ≥ 2, finite.
 * @param countMin - Fewest assets to keep, at least 1; all if there are fewer.
 * @returns Column numbers, ascending.
 * @throws {ArgumentError} The count is not valid, or the returns cannot be measured.
 * @see Deb, Pratap, Agarwal & Meyarivan (2002), section III.A, doi:10.1109/4235.996017; skfolio,
 *   `SelectNonDominated`, without its pairs of assets
 */
export function selectNonDominated(returns: Matrix, countMin: number): Int32Array {
  requireCount(countMin);
  const { mean, volatility } = figuresOf(returns);
  const n = returns.cols;
  const isKept = new Uint8Array(n);
  const beats = (i: number, j: number) =>
    mean[i] >= mean[j] &&
    volatility[i] <= volatility[j] &&
    (mean[i] > mean[j] || volatility[i] < volatility[j]);
  for (let kept = 0; kept < Math.min(countMin, n); ) {
    const left = Array.from(isKept.keys()).filter((j) => isKept[j] === 0);
    const front = left.filter((j) => !left.some((i) => beats(i, j)));
    for (const j of front) {
      isKept[j] = 1;
    }
    kept += front.length;
  }
  return flagged(isKept);
}

/**
 * Keeps the assets that do not expire soon.
 *
 * @param expirations - Day on which each expires, in any count of days; infinite for never. Length N.
 * @param cutoff - Last day on which an asset that expires goes.
 * @returns Column numbers, ascending.
 * @see skfolio, `SelectNonExpiring`
 */
export function selectNonExpiring(expirations: Float64Array, cutoff: number): Int32Array {
  return Int32Array.from(expirations.keys()).filter((j) => expirations[j] > cutoff);
}

/** Measures each column; a Sharpe ratio of returns that do not vary is 0. */
function figuresOf(returns: Matrix): Record<SelectionFigure, Float64Array> {
  const n = returns.cols;
  const figures = {
    mean: new Float64Array(n),
    volatility: new Float64Array(n),
    sharpe: new Float64Array(n),
  };
  for (let j = 0; j < n; j++) {
    const { mean, standardDeviation } = momentsOf(columnOf(returns, j));
    figures.mean[j] = mean;
    figures.volatility[j] = standardDeviation;
    figures.sharpe[j] = standardDeviation > 0 ? mean / standardDeviation : 0;
  }
  return figures;
}

function columnOf({ rows, cols, values }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, t) => values[t * cols + column]);
}

function requireCount(count: number): void {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new ArgumentError(`the number of assets to keep is ${count}, not an integer from 1`);
  }
}

function flagged(flags: Uint8Array): Int32Array {
  return Int32Array.from(flags.keys()).filter((j) => flags[j] === 1);
}
