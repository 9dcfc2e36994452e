import { ArgumentError } from "../errors.ts";
import { type Matrix, requireCovariance, requireFinite } from "../linalg/matrix.ts";
import type { LinearSystem } from "../optimize/linear-system.ts";

/**
 * Trades to be planned over H periods for N assets, of which only the first are made: the plan is
 * made anew each period. Costs and returns are fractions of the portfolio's value.
 */
export interface MultiPeriodProblem {
  /** Weights held before the first trades, length N. */
  readonly initialWeights: Float64Array;
  /** Expected returns over cash in each period, shape (H, N). H = 1 plans a single period. */
  readonly means: Matrix;
  /** Covariance of each period, or one for all, shape (N, N). */
  readonly covariances: readonly Matrix[];
  /** γ of μ'w − (γ/2)w'Σw, at least 0. */
  readonly riskAversion: number;
  /** Limits on the weights after each period's trades. */
  readonly system: LinearSystem;
  readonly costs: MultiPeriodCosts;
  /** Weights after the last trades, if they are given: a benchmark's, for instance. */
  readonly terminalWeights?: Float64Array | undefined;
}

/** Costs per asset, each of length N and at least 0. */
export interface MultiPeriodCosts {
  /** Per value traded: commission and half spread. */
  readonly linear: Float64Array;
  /** Of |trade|^1.5: market impact, as `tradingCoefficients` gives it. */
  readonly impact: Float64Array;
  /** Per value held short over a period. */
  readonly borrow: Float64Array;
}

/** Picks the covariance of a period. */
export function covarianceOf({ covariances }: MultiPeriodProblem, period: number): Matrix {
  return covariances[covariances.length === 1 ? 0 : period];
}

/**
 * Checks shapes and values of a problem.
 *
 * @throws {ArgumentError} Shapes differ, an entry is not finite, a cost or γ is negative, or a
 *   covariance is none.
 */
export function checkProblem(problem: MultiPeriodProblem): void {
  const { means, covariances, initialWeights, costs, riskAversion, system } = problem;
  const n = initialWeights.length;
  if (means.cols !== n || means.rows < 1 || means.values.length !== means.rows * n) {
    throw new ArgumentError(`means are ${means.rows} by ${means.cols} for ${n} assets`);
  }
  if (covariances.length !== 1 && covariances.length !== means.rows) {
    throw new ArgumentError(
      `there are ${covariances.length} covariances for ${means.rows} periods`,
    );
  }
  if (!(riskAversion >= 0 && riskAversion < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`the risk aversion is ${riskAversion}, not at least 0`);
  }
  requireFinite(means.values, "means");
  requireFinite(initialWeights, "initial weights");
  for (const covariance of covariances) {
    requireCovariance(covariance);
    requireLength(covariance.rows, n, "covariance");
  }
  requireLength(system.lower.length, n, "bounds");
  requireLength(problem.terminalWeights?.length ?? n, n, "terminal weights");
  requireFinite(problem.terminalWeights ?? initialWeights, "terminal weights");
  for (const [name, values] of Object.entries<Float64Array>({ ...costs })) {
    requireLength(values.length, n, name);
    if (!values.every((value) => value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`a ${name} cost is negative or not finite`);
    }
  }
}

function requireLength(length: number, expected: number, what: string): void {
  if (length !== expected) {
    throw new ArgumentError(`${what}: length ${length}, not ${expected}`);
  }
}
