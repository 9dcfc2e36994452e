import { ArgumentError } from "@portfolio/quant";
import { type GarchParameters, garchLikelihood, startingVariance } from "./garch-likelihood.ts";
import { minimizeSmooth } from "./minimize-smooth.ts";

/** A GARCH(1,1) with normal shocks, fitted to returns. */
export interface GarchFit extends GarchParameters {
  /** "flat" where returns do not vary, so that there is nothing to fit. */
  readonly status: "optimal" | "iteration-limit" | "flat";
  readonly logLikelihood: number;
  /** Variance of the day after the last return. */
  readonly nextVariance: number;
}

const RETURNS_MIN = 100;
// Weight of shocks and persistence, from which the best start is chosen.
const STARTS = [
  [0.05, 0.98],
  [0.1, 0.95],
  [0.1, 0.8],
  [0.2, 0.5],
] as const;

/**
 * Fits a GARCH(1,1) with a constant mean by maximum likelihood.
 *
 * The variance before the first day is a weighted mean of the first 75 squared shocks, as in the
 * package arch. α + β stays below 1. Returns of any scale do.
 *
 * @param returns - Per day, oldest first, at least 100, finite.
 * @throws {ArgumentError} There are too few returns, or one is not finite.
 * @see Bollerslev (1986), "Generalized autoregressive conditional heteroskedasticity", eqs. 1 to 3,
 *   doi:10.1016/0304-4076(86)90063-1
 */
export function fitGarch(returns: Float64Array): GarchFit {
  const bad = returns.findIndex((value) => !(Math.abs(value) <= 1e100));
  if (returns.length < RETURNS_MIN || bad >= 0) {
    throw new ArgumentError(
      bad >= 0 ? `return ${bad} is ${returns[bad]}` : `${returns.length} returns are too few`,
    );
  }
  const { mean, scale } = meanAndScale(returns);
  if (!(scale > 1e-14 * Math.abs(mean))) {
    return flatFit(mean);
  }
  const scaled = returns.map((value) => (value - mean) / scale);
  const start = startingVariance(scaled, 0);
  const objective = (x: Float64Array) => negativeLikelihood(scaled, x, start);
  const starts = STARTS.map(([shock, sum]) =>
    Float64Array.of(0, Math.log(1 - sum), logit(sum), logit(shock / sum)),
  );
  const first = starts.reduce((a, b) => (objective(b).value < objective(a).value ? b : a));
  const { x, status } = minimizeSmooth(objective, first);
  const own = parametersOf(x);
  const likelihood = garchLikelihood(scaled, own, start);
  return {
    status,
    mean: mean + scale * own.mean,
    constant: scale * scale * own.constant,
    shock: own.shock,
    persistence: own.persistence,
    logLikelihood: likelihood.value - returns.length * Math.log(scale),
    nextVariance: scale * scale * likelihood.nextVariance,
  };
}

/**
 * Forecasts the variance of each of the next days.
 *
 * @returns Variances per day, length `days`, towards ω/(1 − α − β).
 */
export function forecastGarch(fit: GarchFit, days: number): Float64Array {
  const sum = fit.shock + fit.persistence;
  let variance = fit.nextVariance;
  return Float64Array.from({ length: days }, () => {
    const forecast = variance;
    variance = fit.constant + sum * variance;
    return forecast;
  });
}

function flatFit(mean: number): GarchFit {
  return {
    status: "flat",
    mean,
    constant: 0,
    shock: 0,
    persistence: 0,
    logLikelihood: Number.POSITIVE_INFINITY,
    nextVariance: 0,
  };
}

/** Free numbers: μ, ln ω, logit(α + β), logit(α/(α + β)). */
function parametersOf(x: Float64Array): GarchParameters {
  const sum = logistic(x[2]);
  const share = logistic(x[3]);
  return {
    mean: x[0],
    constant: Math.exp(x[1]),
    shock: sum * share,
    persistence: sum * (1 - share),
  };
}

function negativeLikelihood(returns: Float64Array, x: Float64Array, start: number) {
  const parameters = parametersOf(x);
  const { value, gradient } = garchLikelihood(returns, parameters, start);
  const [byMean, byConstant, byShock, byPersistence] = gradient;
  const { constant, shock, persistence } = parameters;
  const sum = logistic(x[2]);
  const share = logistic(x[3]);
  return {
    value: -value,
    gradient: Float64Array.of(
      -byMean,
      -byConstant * constant,
      -(byShock * shock + byPersistence * persistence) * (1 - sum),
      -(byShock - byPersistence) * sum * share * (1 - share),
    ),
  };
}

function logit(p: number): number {
  return Math.log(p / (1 - p));
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function meanAndScale(returns: Float64Array): { mean: number; scale: number } {
  const mean = returns.reduce((sum, value) => sum + value / returns.length, 0);
  const largest = returns.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  if (largest === 0) {
    return { mean, scale: 0 };
  }
  const squares = returns.reduce((sum, value) => sum + ((value - mean) / largest) ** 2, 0);
  return { mean, scale: largest * Math.sqrt(squares / returns.length) };
}
