import { demeanedReturns, probabilitiesOf, type Scenarios } from "../convex/terms/scenarios.ts";
import { ArgumentError } from "../errors.ts";
import { choleskyFactor } from "../linalg/cholesky.ts";
import { weightedGram } from "../linalg/gram.ts";
import { type Matrix, multiplyVector, quadraticForm, transposeTimes } from "../linalg/matrix.ts";
import { TRADING_DAYS_PER_YEAR } from "../returns/annualize.ts";
import type { PortfolioModel } from "./portfolio-model.ts";

/** What moments of a portfolio are worth beside its expected return; each at least 0. */
export interface MomentPreferences {
  /** Taken off per unit of variance. */
  readonly variance: number;
  /** Added per unit of the third central moment. */
  readonly skewness: number;
  /** Taken off per unit of the fourth central moment. */
  readonly kurtosis: number;
}

/** Minus what moments are worth near a portfolio x: value + slope'd + ½d'·curvature·d. */
export interface MomentExpansion {
  readonly value: number;
  readonly slope: Float64Array;
  /** Positive semidefinite, shape (n, n). */
  readonly curvature: Matrix;
}

/**
 * Gives the preferences of a power utility of wealth with a relative risk aversion γ, to the fourth
 * order: γ/2, γ(γ + 1)/6 and γ(γ + 1)(γ + 2)/24.
 *
 * @throws {ArgumentError} γ is not over 0 and finite.
 * @see Jondeau & Rockinger (2006), doi:10.1111/j.1354-7798.2006.00309.x, eq. 8
 */
export function powerUtilityPreferences(riskAversion: number): MomentPreferences {
  if (!(riskAversion > 0 && riskAversion < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`the relative risk aversion is ${riskAversion}, not over 0`);
  }
  const third = (riskAversion * (riskAversion + 1)) / 6;
  return {
    variance: riskAversion / 2,
    skewness: third,
    kurtosis: (third * (riskAversion + 2)) / 4,
  };
}

/**
 * What the second to fourth central moments of a portfolio's return are worth, per year: sums over
 * the days of a year. The variance is that of the covariance; the others are those of scenarios.
 */
export class MomentUtility {
  readonly #covariance: Matrix;
  readonly #deviations: Matrix;
  readonly #probabilities: Float64Array;
  readonly #preferences: MomentPreferences;

  /** @throws {ArgumentError} A preference is negative or not finite, or scenarios are missing. */
  constructor({ covariance, scenarios }: PortfolioModel, preferences: MomentPreferences) {
    checkPreferences(preferences);
    const given = requireScenarios(scenarios);
    this.#covariance = covariance;
    this.#deviations = demeanedReturns(given);
    this.#probabilities = probabilitiesOf(given);
    this.#preferences = preferences;
  }

  /** Minus the worth of a portfolio. */
  valueAt(x: Float64Array): number {
    const { variance, skewness, kurtosis } = this.#preferences;
    let sum = 0;
    const returns = multiplyVector(this.#deviations, x);
    for (let t = 0; t < returns.length; t++) {
      const r = returns[t];
      sum += this.#probabilities[t] * (kurtosis * r - skewness) * r * r * r;
    }
    return variance * quadraticForm(this.#covariance, x) + TRADING_DAYS_PER_YEAR * sum;
  }

  slopeAt(x: Float64Array): Float64Array {
    const { variance, skewness, kurtosis } = this.#preferences;
    const slopes = this.#perDay(x, (r) => (4 * kurtosis * r - 3 * skewness) * r * r);
    const ofVariance = multiplyVector(this.#covariance, x);
    return transposeTimes(this.#deviations, slopes).map(
      (value, i) => value + 2 * variance * ofVariance[i],
    );
  }

  /** Expands around a portfolio; where the Hessian is not positive definite, without its days of negative curvature. */
  expandAt(x: Float64Array): MomentExpansion {
    const { skewness, kurtosis } = this.#preferences;
    const curves = this.#perDay(x, (r) => (12 * kurtosis * r - 6 * skewness) * r);
    let curvature = this.#curvature(curves);
    if (choleskyFactor(curvature) === undefined) {
      curvature = this.#curvature(curves.map((value) => Math.max(0, value)));
    }
    return { value: this.valueAt(x), slope: this.slopeAt(x), curvature };
  }

  #curvature(curves: Float64Array): Matrix {
    const { rows: n, values } = this.#covariance;
    const sum = new Float64Array(n * n);
    weightedGram(this.#deviations, curves, sum);
    for (let k = 0; k < sum.length; k++) {
      sum[k] += 2 * this.#preferences.variance * values[k];
    }
    return { rows: n, cols: n, values: sum };
  }

  /** Maps the portfolio's deviation on each day, times its probability and the days of a year. */
  #perDay(x: Float64Array, map: (deviation: number) => number): Float64Array {
    return multiplyVector(this.#deviations, x).map(
      (deviation, t) => TRADING_DAYS_PER_YEAR * this.#probabilities[t] * map(deviation),
    );
  }
}

function checkPreferences(preferences: MomentPreferences): void {
  for (const [name, value] of Object.entries(preferences)) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`the preference for ${name} is ${value}, not a number from 0`);
    }
  }
}

function requireScenarios(scenarios: Scenarios | undefined): Scenarios {
  if (scenarios === undefined) {
    throw new ArgumentError("higher moments need scenarios of returns");
  }
  return scenarios;
}
