/** μ, ω, α, β of a GARCH(1,1). */
export interface GarchParameters {
  /** Mean return per day. */
  readonly mean: number;
  /** ω > 0, variance per day. */
  readonly constant: number;
  /** α ≥ 0, weight of the last squared shock. */
  readonly shock: number;
  /** β ≥ 0, weight of the last variance. */
  readonly persistence: number;
}

/** The logarithm of a likelihood, and its derivatives by μ, ω, α, β. */
export interface Likelihood {
  readonly value: number;
  readonly gradient: Float64Array;
  /** Variance of the day after the last. */
  readonly nextVariance: number;
}

/**
 * Computes the variance before the first day: squares of the first 75 shocks, each 0.94 of the one
 * before in weight.
 */
export function startingVariance(returns: Float64Array, mean: number): number {
  const count = Math.min(75, returns.length);
  let [sum, weights, weight] = [0, 0, 1];
  for (let t = 0; t < count; t++) {
    sum += weight * (returns[t] - mean) ** 2;
    weights += weight;
    weight *= 0.94;
  }
  return sum / weights;
}

/**
 * Computes the Gaussian likelihood of returns with σ²ₜ = ω + α e²ₜ₋₁ + β σ²ₜ₋₁.
 *
 * @param start - Variance and squared shock before the first day.
 */
export function garchLikelihood(
  returns: Float64Array,
  { mean, constant, shock, persistence }: GarchParameters,
  start: number,
): Likelihood {
  const gradient = new Float64Array(4);
  // Derivatives of the variance by μ, ω, α, β.
  const slopes = Float64Array.of(0, 1, start, start);
  let variance = constant + (shock + persistence) * start;
  let value = 0;
  for (let t = 0; t < returns.length; t++) {
    const residual = returns[t] - mean;
    const square = residual * residual;
    value -= 0.5 * (Math.log(2 * Math.PI) + Math.log(variance) + square / variance);
    const byVariance = (0.5 * (square / variance - 1)) / variance;
    for (let k = 0; k < 4; k++) {
      gradient[k] += byVariance * slopes[k];
    }
    gradient[0] += residual / variance;
    slopes[0] = -2 * shock * residual + persistence * slopes[0];
    slopes[1] = 1 + persistence * slopes[1];
    slopes[2] = square + persistence * slopes[2];
    slopes[3] = variance + persistence * slopes[3];
    variance = constant + shock * square + persistence * variance;
  }
  return { value, gradient, nextVariance: variance };
}
