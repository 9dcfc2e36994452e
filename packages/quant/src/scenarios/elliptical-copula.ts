import { repairPositiveSemidefinite } from "../covariance/positive-semidefinite.ts";
import { logGamma } from "../distributions/gamma.ts";
import { normalProbability } from "../distributions/normal.ts";
import {
  studentLogDensity,
  studentProbability,
  studentQuantile,
} from "../distributions/student-t.ts";
import { ArgumentError } from "../errors.ts";
import { choleskyFactor } from "../linalg/cholesky.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { kendallTau } from "../statistics/kendall-tau.ts";
import { mostLikelyDegrees, simulateScenarios, squaredDistances } from "./elliptical.ts";
import { empiricalMargins, marginQuantile, pseudoObservations } from "./margins.ts";
import { historicalScenarios, type ScenarioSet } from "./scenario-set.ts";

/**
 * Draws scenarios whose margins are the past returns of each asset and whose dependence is that of a
 * normal or a Student's t distribution.
 *
 * Correlations are sin(πτ/2) of Kendall's τ, made positive semidefinite; the degrees of freedom are
 * the most likely ones.
 *
 * @param returns - Returns, one row per period, shape (T, n), T ≥ 2.
 * @param count - Scenarios to draw, at least 1.
 * @param seed - Any integer: the same seed draws the same scenarios.
 * @throws {ArgumentError} There are fewer than two rows, or the count is below 1.
 * @see McNeil, Frey & Embrechts (2015), "Quantitative Risk Management", 2nd ed., 7.5.1
 */
export function ellipticalCopulaScenarios(
  returns: Matrix,
  kind: "gaussian" | "studentT",
  count: number,
  seed: number,
): ScenarioSet {
  const n = returns.cols;
  if (returns.rows < 2) {
    throw new ArgumentError(`a copula needs 2 or more rows of returns, got ${returns.rows}`);
  }
  const ranks = pseudoObservations(returns);
  const correlation = rankCorrelation(ranks);
  const degrees = kind === "gaussian" ? undefined : copulaDegrees(ranks, correlation);
  const mean = new Float64Array(n);
  const drawn = simulateScenarios({ mean, covariance: correlation, degrees }, count, seed);
  const { sorted } = empiricalMargins(returns);
  const scale = degrees === undefined ? 1 : Math.sqrt(degrees / (degrees - 2));
  const values = drawn.returns.values.map((value, k) => {
    const probability =
      degrees === undefined ? normalProbability(value) : studentProbability(value * scale, degrees);
    return marginQuantile(sorted[k % n], probability);
  });
  return historicalScenarios({ rows: count, cols: n, values });
}

/** Computes sin(πτ/2) of each pair as a correlation matrix. */
function rankCorrelation(ranks: readonly Float64Array[]): Matrix {
  const n = ranks.length;
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    values[i * n + i] = 1;
    for (let j = 0; j < i; j++) {
      const entry = Math.sin((Math.PI / 2) * kendallTau(ranks[i], ranks[j]));
      values[i * n + j] = entry;
      values[j * n + i] = entry;
    }
  }
  const { covariance } = repairPositiveSemidefinite({ rows: n, cols: n, values });
  const roots = Float64Array.from({ length: n }, (_, i) => Math.sqrt(covariance.values[i * n + i]));
  const rescaled = covariance.values.map(
    (entry, k) => entry / (roots[Math.floor(k / n)] * roots[k % n]),
  );
  return { rows: n, cols: n, values: rescaled };
}

const DEGREES_OF_SINGULAR = 5;

/** Estimates the degrees of freedom of a t copula by maximum likelihood. */
function copulaDegrees(ranks: readonly Float64Array[], correlation: Matrix): number {
  const n = ranks.length;
  const count = ranks[0].length;
  const factor = choleskyFactor(correlation);
  if (factor === undefined) {
    return DEGREES_OF_SINGULAR;
  }
  const values = new Float64Array(count * n);
  return mostLikelyDegrees((degrees) => {
    // Ranks are the same numbers for all assets, so that quantiles are looked up.
    const scores = Float64Array.from({ length: count }, (_, k) =>
      studentQuantile((k + 1) / (count + 1), degrees),
    );
    let margins = 0;
    for (let j = 0; j < n; j++) {
      for (let t = 0; t < count; t++) {
        const score = scores[Math.round(ranks[j][t] * (count + 1)) - 1];
        values[t * n + j] = score;
        margins += studentLogDensity(score, degrees);
      }
    }
    const distances = squaredDistances({ rows: count, cols: n, values }, factor);
    return jointLogLikelihood(distances, n, degrees) - margins;
  });
}

/** Computes the log-likelihood of standard t vectors, less ln|R|/2 of each. */
function jointLogLikelihood(distances: Float64Array, n: number, degrees: number): number {
  const constant =
    logGamma((degrees + n) / 2) - logGamma(degrees / 2) - (n / 2) * Math.log(degrees * Math.PI);
  let sum = distances.length * constant;
  for (let t = 0; t < distances.length; t++) {
    sum -= ((degrees + n) / 2) * Math.log1p(distances[t] / degrees);
  }
  return sum;
}
