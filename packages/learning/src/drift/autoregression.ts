import { ArgumentError, choleskyInPlace, solveCholesky } from "@portfolio/quant";

/** xₜ = c + Σ φₖ xₜ₋ₖ + e. */
export interface Autoregression {
  readonly intercept: number;
  /** φ₁ … φ_p. */
  readonly coefficients: Float64Array;
  /** Root mean square of e on what it was fitted to; 0 of a constant series. */
  readonly deviation: number;
}

/**
 * Fits an autoregression by least squares. A series that its own past explains exactly, such as a
 * constant, has coefficients of 0.
 *
 * @param series - Length n > 2p + 1, finite.
 * @param order - p, from 0.
 * @throws {ArgumentError} The series is too short or not finite.
 * @see Hamilton (1994), "Time Series Analysis", section 5.2
 */
export function fitAutoregression(series: Float64Array, order: number): Autoregression {
  const rows = series.length - order;
  if (!(Number.isInteger(order) && order >= 0 && rows > order + 1)) {
    throw new ArgumentError(`an order of ${order} for a series of ${series.length}`);
  }
  const bad = series.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) {
    throw new ArgumentError(`entry ${bad} of the series is ${series[bad]}`);
  }
  const { mean, scale } = centerOf(series);
  const z = series.map((x) => (x - mean) / scale);
  const solution = solveLeastSquares(z, order);
  const coefficients = solution.slice(0, order);
  const sum = coefficients.reduce((total, phi) => total + phi, 0);
  const fit = { intercept: mean * (1 - sum) + scale * solution[order], coefficients, deviation: 0 };
  const residuals = residualsOf(fit, series);
  const squares = residuals.reduce((total, e) => total + (e / scale) ** 2, 0);
  return { ...fit, deviation: scale * Math.sqrt(squares / residuals.length) };
}

/**
 * Computes what an autoregression leaves unexplained.
 *
 * @returns eₜ for t from p on, length n − p; nothing of a series of p or fewer.
 */
export function residualsOf(
  { intercept, coefficients }: Omit<Autoregression, "deviation">,
  series: Float64Array,
): Float64Array {
  const order = coefficients.length;
  return Float64Array.from({ length: Math.max(0, series.length - order) }, (_, k) => {
    let residual = series[k + order] - intercept;
    for (let lag = 1; lag <= order; lag++) {
      residual -= coefficients[lag - 1] * series[k + order - lag];
    }
    return residual;
  });
}

/** Regresses zₜ on zₜ₋₁ … zₜ₋ₚ and 1; all are 0 where these are dependent. */
function solveLeastSquares(z: Float64Array, order: number): Float64Array {
  const width = order + 1;
  const gram = new Float64Array(width * width);
  const solution = new Float64Array(width);
  const row = new Float64Array(width).fill(1);
  for (let t = order; t < z.length; t++) {
    for (let i = 0; i < order; i++) {
      row[i] = z[t - 1 - i];
    }
    for (let i = 0; i < width; i++) {
      solution[i] += row[i] * z[t];
      for (let j = 0; j <= i; j++) {
        gram[i * width + j] += row[i] * row[j];
      }
    }
  }
  if (choleskyInPlace(gram, width, 1e-12) >= 0) {
    return solution.fill(0);
  }
  solveCholesky(gram, width, solution);
  return solution;
}

function centerOf(series: Float64Array): { mean: number; scale: number } {
  let mean = 0;
  for (let t = 0; t < series.length; t++) {
    mean += (series[t] - mean) / (t + 1);
  }
  let scale = 0;
  for (let t = 0; t < series.length; t++) {
    scale = Math.max(scale, Math.abs(series[t] - mean));
  }
  return { mean, scale: scale > 0 ? scale : 1 };
}
