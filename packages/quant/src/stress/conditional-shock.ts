import { ArgumentError } from "../errors.ts";
import { type Matrix, requireCovariance, requireFinite } from "../linalg/matrix.ts";
import { symmetricEigen } from "../linalg/symmetric-eigen.ts";

/** A joint normal view of returns over one horizon, and what some of them turn out to be. */
export interface ConditionalScenario {
  /** Means μ, length N. */
  readonly means: Float64Array;
  /** Covariance Σ, shape (N, N). */
  readonly covariance: Matrix;
  /** Numbers of the assets whose returns are given, distinct. */
  readonly shockedAssets: Int32Array;
  /** Their returns. */
  readonly shocks: Float64Array;
}

/** What is to be expected of all assets, given the shocks. */
export interface ConditionalShock {
  readonly status: "conditioned";
  /** Length N; the shocks themselves for the shocked assets. */
  readonly means: Float64Array;
  /** Shape (N, N), positive semidefinite; 0 in rows and columns of shocked assets. */
  readonly covariance: Matrix;
  /** √((b − μ_b)'Σ_bb⁻¹(b − μ_b)): how many standard deviations away the shocks are together. */
  readonly distance: number;
}

/** The shocks cannot happen together: they differ where the covariance knows no difference. */
export interface ContradictoryShocks {
  readonly status: "contradictory";
}

// Correlations with smaller eigenvalues are singular up to the rounding of their estimation.
const EIGENVALUE_MIN = 1e-11;
// Part of the shocks, in standard deviations, that may point where there is no variance.
const UNEXPLAINED_MAX = 1e-6;

/**
 * Computes the distribution of all returns given some of them.
 *
 * E[a | b] = μ_a + Σ_ab Σ_bb⁻¹ (b − μ_b) and Cov[a | b] = Σ_aa − Σ_ab Σ_bb⁻¹ Σ_ba. Σ_bb may be
 * singular as long as the shocks respect it; its pseudoinverse is taken in units of volatility.
 *
 * @throws {ArgumentError} Lengths differ, an entry is not finite, Σ is no covariance, or an asset is
 *   shocked twice or does not exist.
 * @see Anderson (2003), "An Introduction to Multivariate Statistical Analysis", theorem 2.5.1
 */
export function conditionalShock(
  scenario: ConditionalScenario,
): ConditionalShock | ContradictoryShocks {
  checkScenario(scenario);
  const { means, covariance, shockedAssets, shocks } = scenario;
  const n = means.length;
  const surprises = shocks.map((shock, k) => shock - means[shockedAssets[k]]);
  const whitened = whitenShocks(covariance, shockedAssets, surprises);
  if (whitened === undefined) {
    return { status: "contradictory" };
  }
  const { factors, scores } = whitened;
  const conditional = Float64Array.from(covariance.values);
  const expected = Float64Array.from(means);
  let distance = 0;
  for (let k = 0; k < scores.length; k++) {
    const loadings = factors[k];
    distance += scores[k] ** 2;
    for (let i = 0; i < n; i++) {
      expected[i] += loadings[i] * scores[k];
      for (let j = 0; j < n; j++) {
        conditional[i * n + j] -= loadings[i] * loadings[j];
      }
    }
  }
  settleShocked(conditional, expected, scenario);
  return {
    status: "conditioned",
    means: expected,
    covariance: { rows: n, cols: n, values: conditional },
    distance: Math.sqrt(distance),
  };
}

/**
 * Finds independent unit variables that make up the shocked assets.
 *
 * @returns For each, its covariance with every asset and its value under the shocks; nothing when
 *   the shocks have a part that no variable makes up.
 */
function whitenShocks(covariance: Matrix, assets: Int32Array, surprises: Float64Array) {
  const deviations = Float64Array.from(assets, (asset) =>
    Math.sqrt(covariance.values[asset * covariance.cols + asset]),
  );
  if (deviations.some((deviation, k) => deviation === 0 && surprises[k] !== 0)) {
    return undefined;
  }
  const inverses = deviations.map((deviation) => (deviation === 0 ? 0 : 1 / deviation));
  const inUnits = surprises.map((surprise, k) => surprise * inverses[k]);
  const { values, vectors } = symmetricEigen(correlationOf(covariance, assets, inverses));
  const size = Math.hypot(...inUnits);
  const factors: Float64Array[] = [];
  const scores: number[] = [];
  for (let k = 0; k < assets.length; k++) {
    const direction = vectors.values.subarray(k * assets.length, (k + 1) * assets.length);
    const projection = direction.reduce((sum, entry, i) => sum + entry * inUnits[i], 0);
    if (values[k] > EIGENVALUE_MIN) {
      const root = Math.sqrt(values[k]);
      const combination = direction.map((entry, i) => (entry * inverses[i]) / root);
      factors.push(covariancesWith(covariance, assets, combination));
      scores.push(projection / root);
    } else if (Math.abs(projection) > UNEXPLAINED_MAX * size) {
      return undefined;
    }
  }
  return { factors, scores };
}

/** Correlates the shocked assets; one without variance correlates with nothing, not even itself. */
function correlationOf(covariance: Matrix, assets: Int32Array, inverses: Float64Array): Matrix {
  const count = assets.length;
  const values = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const entry = covariance.values[assets[i] * covariance.cols + assets[j]];
      values[i * count + j] = entry * inverses[i] * inverses[j];
    }
  }
  return { rows: count, cols: count, values };
}

/** Computes Cov(every asset, Σₖ cₖ · asset k). */
function covariancesWith(covariance: Matrix, assets: Int32Array, combination: Float64Array) {
  const n = covariance.cols;
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < assets.length; k++) {
      result[i] += covariance.values[i * n + assets[k]] * combination[k];
    }
  }
  return result;
}

/** Removes rounding: given returns are what they are, and no variance is negative. */
function settleShocked(
  conditional: Float64Array,
  expected: Float64Array,
  { shockedAssets, shocks }: ConditionalScenario,
): void {
  const n = expected.length;
  for (const [k, asset] of shockedAssets.entries()) {
    expected[asset] = shocks[k];
    for (let i = 0; i < n; i++) {
      conditional[asset * n + i] = 0;
      conditional[i * n + asset] = 0;
    }
  }
  for (let i = 0; i < n; i++) {
    conditional[i * n + i] = Math.max(0, conditional[i * n + i]);
  }
}

function checkScenario({ means, covariance, shockedAssets, shocks }: ConditionalScenario): void {
  requireCovariance(covariance);
  requireFinite(means, "means");
  requireFinite(shocks, "shocks");
  const n = covariance.cols;
  if (means.length !== n || shocks.length !== shockedAssets.length) {
    throw new ArgumentError(
      `there are ${means.length} means of ${n} assets, ${shocks.length} shocks of ` +
        `${shockedAssets.length} assets`,
    );
  }
  const distinct = new Set(shockedAssets);
  if (distinct.size !== shocks.length || shockedAssets.some((asset) => asset < 0 || asset >= n)) {
    throw new ArgumentError(
      `shocked assets ${shockedAssets.join(", ")} are not distinct within ${n}`,
    );
  }
}
