import { ArgumentError } from "../../errors.ts";
import { type Matrix, multiplyVector, requireFinite } from "../../linalg/matrix.ts";

/** Returns under each scenario, and how probable it is. */
export interface Scenarios {
  /** Returns of the assets, shape (T, n), as fractions. */
  readonly returns: Matrix;
  /** Length T, at least 0, with the sum 1. Absent means 1/T each. */
  readonly probabilities?: Float64Array;
}

const PROBABILITY_SUM_TOLERANCE = 1e-9;

/** @throws {ArgumentError} The shape is wrong, a value is not finite, or p is no distribution. */
export function checkScenarios({ returns, probabilities }: Scenarios, variables: number): void {
  if (returns.cols !== variables || returns.values.length !== returns.rows * returns.cols) {
    throw new ArgumentError(`returns have ${returns.cols} columns for ${variables} assets`);
  }
  if (returns.rows === 0) {
    throw new ArgumentError("there are no scenarios");
  }
  requireFinite(returns.values, "returns");
  if (probabilities === undefined) {
    return;
  }
  if (probabilities.length !== returns.rows) {
    throw new ArgumentError(`${probabilities.length} probabilities, ${returns.rows} scenarios`);
  }
  let sum = 0;
  for (let t = 0; t < probabilities.length; t++) {
    if (!(probabilities[t] >= 0)) {
      throw new ArgumentError(`probability ${t} is ${probabilities[t]}`);
    }
    sum += probabilities[t];
  }
  if (!(Math.abs(sum - 1) <= PROBABILITY_SUM_TOLERANCE)) {
    throw new ArgumentError(`probabilities sum to ${sum}, not 1`);
  }
}

/** Gives p, length T. */
export function probabilitiesOf({ returns, probabilities }: Scenarios): Float64Array {
  return probabilities ?? new Float64Array(returns.rows).fill(1 / returns.rows);
}

/** Computes the portfolio's return under each scenario, length T. */
export function portfolioReturns({ returns }: Scenarios, x: Float64Array): Float64Array {
  return multiplyVector(returns, x);
}

/** Takes the expected return of each asset from its column. */
export function demeanedReturns(scenarios: Scenarios): Matrix {
  const { rows, cols, values } = scenarios.returns;
  const probabilities = probabilitiesOf(scenarios);
  const means = new Float64Array(cols);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < cols; j++) {
      means[j] += probabilities[t] * values[t * cols + j];
    }
  }
  const demeaned = new Float64Array(rows * cols);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < cols; j++) {
      demeaned[t * cols + j] = values[t * cols + j] - means[j];
    }
  }
  return { rows, cols, values: demeaned };
}

/** Gives the root mean square of the entries, 1 if all are 0. */
export function typicalSize({ values }: Matrix): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    most = Math.max(most, Math.abs(values[i]));
  }
  if (most === 0) {
    return 1;
  }
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const share = values[i] / most;
    sum += share * share;
  }
  return most * Math.sqrt(sum / values.length);
}

/** Computes Σ pₜ·value(t). */
export function expectation(
  scenarios: Scenarios,
  values: Float64Array,
  map: (value: number) => number,
): number {
  const probabilities = probabilitiesOf(scenarios);
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    sum += probabilities[t] * map(values[t]);
  }
  return sum;
}
