import { ArgumentError } from "../errors.ts";
import { exponentialWeights, weightedMean } from "../expected-returns/exponential-mean.ts";
import { centeredGram } from "../linalg/gram.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** Possible returns of the assets in one period, with probabilities. */
export interface ScenarioSet {
  /** One row per scenario, shape (T, n). */
  readonly returns: Matrix;
  /** Length T, not negative, sum 1. */
  readonly probabilities: Float64Array;
}

/**
 * Takes each period of the past as a scenario, all equally probable.
 *
 * @throws {ArgumentError} There is no period.
 */
export function historicalScenarios(returns: Matrix): ScenarioSet {
  if (returns.rows < 1) {
    throw new ArgumentError("scenarios need at least 1 row of returns, got 0");
  }
  return { returns, probabilities: new Float64Array(returns.rows).fill(1 / returns.rows) };
}

/**
 * Takes each period of the past as a scenario; probabilities halve every so many periods back.
 *
 * @throws {ArgumentError} There is no period, or the half-life is not positive and finite.
 */
export function exponentialScenarios(returns: Matrix, halfLife: number): ScenarioSet {
  return { returns, probabilities: exponentialWeights(returns.rows, halfLife) };
}

/** Computes the mean of each asset over scenarios. */
export function scenarioMean({ returns, probabilities }: ScenarioSet): Float64Array {
  return weightedMean(returns, probabilities);
}

/**
 * Computes the covariance of the distribution that the scenarios are, Σₜ pₜ (xₜ − μ)(xₜ − μ)'.
 *
 * @returns Shape (n, n), exactly symmetric; not corrected for estimation of the mean.
 */
export function scenarioCovariance(scenarios: ScenarioSet): Matrix {
  const { returns, probabilities } = scenarios;
  const roots = probabilities.map((probability) => Math.sqrt(probability));
  return centeredGram(returns, scenarioMean(scenarios), roots);
}
