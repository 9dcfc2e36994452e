import { dot, type Matrix, multiplyVector } from "../linalg/matrix.ts";
import { type ConstraintSystem, constraintSystem } from "./constraints.ts";
import type { EfficientFrontier, MeanVarianceProblem, TurningPoint } from "./frontier.ts";
import { linearDuals } from "./linear-duals.ts";
import type { Certificate, Multipliers } from "./linear-system.ts";

/** Why a portfolio is optimal, and how nearly. */
export interface PointProof {
  /**
   * Shadow prices: rates at which the least ½w'Σw − λμ'w rises with each limit. Row 0 is the
   * budget, row 1 + k the constraints' row k, as in `linearSystem`.
   */
  readonly multipliers: Multipliers;
  readonly certificate: Certificate;
}

const ALGORITHM = "critical-line/2";
// A weight or a row this close to its limit, beside the largest limit, is at it.
const AT_LIMIT = 1e-9;
// Below this fraction of the largest variance, risk is what rounding leaves of weights that cancel.
const ROUNDING_RISK = 1e-4;
// Most turning points on which a frontier is measured.
const MEASURED_POINTS = 32;

/**
 * Proves a point of a frontier optimal by multipliers found for it afresh.
 *
 * They come from the linear program min g'x with g the gradient at the point, whose optimal value
 * g'w must reach. How much it falls short of that is the gap.
 *
 * @param point - Weights and the λ at which they minimize ½w'Σw − λμ'w. With λ = ∞, they maximize
 *   μ'w, and f is −μ'w.
 */
export function provePoint(
  problem: MeanVarianceProblem,
  point: Pick<TurningPoint, "weights" | "lambda">,
  iterations: number,
): PointProof {
  const { covariance, expectedReturns, constraints } = problem;
  const { weights, lambda } = point;
  const system = constraintSystem(constraints);
  const risk = multiplyVector(covariance, weights);
  const isReturnOnly = lambda === Number.POSITIVE_INFINITY;
  const [riskFactor, returnFactor] = isReturnOnly ? [0, 1] : [1, lambda];
  const gradient = risk.map((value, i) => riskFactor * value - returnFactor * expectedReturns[i]);
  const found = linearDuals(system, gradient);
  const scaled: Multipliers = {
    bounds: found?.bounds ?? new Float64Array(system.assetCount),
    rows: found?.rows ?? new Float64Array(system.rowCount),
  };
  const position = weights.map((w) => w / system.size);
  const sums = rowSums(system, position);
  keepBinding(scaled.bounds, position, system.lower, system.upper);
  keepBinding(scaled.rows, sums, system.rowLower, system.rowUpper);
  const gradientSize = risk.reduce(
    (size, r, i) =>
      Math.max(size, riskFactor * Math.abs(r), Math.abs(returnFactor * expectedReturns[i])),
    riskFactor * ROUNDING_RISK * system.size * largestVariance(covariance),
  );
  const objective =
    (riskFactor * dot(weights, risk)) / 2 - returnFactor * dot(expectedReturns, weights);
  return {
    multipliers: trueMultipliers(scaled, system, constraints.rows.length),
    certificate: {
      algorithm: ALGORITHM,
      iterations,
      primalResidual: Math.max(
        violation(position, system.lower, system.upper),
        violation(sums, system.rowLower, system.rowUpper),
      ),
      dualResidual: ratio(stationarityError(system, gradient, scaled), gradientSize),
      gap:
        (system.size * slackness(scaled, system, position, sums)) /
        Math.max(1, Math.abs(objective)),
    },
  };
}

/**
 * Measures the worst residuals of a frontier over its turning points, or over 32 evenly chosen
 * ones where there are more.
 */
export function certifyFrontier({
  turningPoints,
  problem,
  iterations,
}: EfficientFrontier): Certificate {
  const last = turningPoints.length - 1;
  const count = Math.min(turningPoints.length, MEASURED_POINTS);
  let worst = { primalResidual: 0, dualResidual: 0, gap: 0 };
  for (let k = 0; k < count; k++) {
    const point = turningPoints[count === 1 ? 0 : Math.round((k * last) / (count - 1))];
    const { certificate } = provePoint(problem, point, iterations);
    worst = {
      primalResidual: Math.max(worst.primalResidual, certificate.primalResidual),
      dualResidual: Math.max(worst.dualResidual, certificate.dualResidual),
      gap: Math.max(worst.gap, certificate.gap),
    };
  }
  return { algorithm: ALGORITHM, iterations, ...worst };
}

function largestVariance({ rows: n, values }: Matrix): number {
  let largest = 0;
  for (let i = 0; i < n; i++) {
    largest = Math.max(largest, values[i * n + i]);
  }
  return largest;
}

function rowSums({ coefficients, assetCount: n, rowCount }: ConstraintSystem, x: Float64Array) {
  return multiplyVector({ rows: rowCount, cols: n, values: coefficients }, x);
}

/** Sets multipliers to 0 where no limit binds, or the wrong one: what is left out is residual. */
function keepBinding(
  multipliers: Float64Array,
  values: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): void {
  for (let i = 0; i < multipliers.length; i++) {
    const room = multipliers[i] > 0 ? values[i] - lower[i] : upper[i] - values[i];
    if (!(room <= AT_LIMIT)) {
      multipliers[i] = 0;
    }
  }
}

function violation(values: Float64Array, lower: Float64Array, upper: Float64Array): number {
  return values.reduce((worst, x, i) => Math.max(worst, lower[i] - x, x - upper[i]), 0);
}

/** Computes the largest entry of g − A'·rows − bounds. */
function stationarityError(
  { coefficients, assetCount: n, rowCount }: ConstraintSystem,
  gradient: Float64Array,
  { bounds, rows }: Multipliers,
): number {
  let worst = 0;
  for (let i = 0; i < n; i++) {
    let rest = gradient[i] - bounds[i];
    for (let r = 0; r < rowCount; r++) {
      rest -= rows[r] * coefficients[r * n + i];
    }
    worst = Math.max(worst, Math.abs(rest));
  }
  return worst;
}

/** Sums up multipliers times the room to the limits that they price. */
function slackness(
  { bounds, rows }: Multipliers,
  { lower, upper, rowLower, rowUpper }: ConstraintSystem,
  position: Float64Array,
  sums: Float64Array,
): number {
  const term = (multiplier: number, value: number, low: number, high: number) =>
    multiplier === 0 ? 0 : multiplier * (value - (multiplier > 0 ? low : high));
  const ofBounds = bounds.reduce((sum, z, i) => sum + term(z, position[i], lower[i], upper[i]), 0);
  const ofRows = rows.reduce((sum, y, r) => sum + term(y, sums[r], rowLower[r], rowUpper[r]), 0);
  return Math.abs(ofBounds + ofRows);
}

/** Takes the scale of the rows back and gives rows that were left out a multiplier of 0. */
function trueMultipliers(
  { bounds, rows }: Multipliers,
  { rowScale, rowSource }: ConstraintSystem,
  rowCount: number,
): Multipliers {
  const all = new Float64Array(rowCount + 1);
  for (let r = 0; r < rows.length; r++) {
    all[rowSource[r] + 1] = rows[r] / rowScale[r];
  }
  return { bounds, rows: all };
}

function ratio(error: number, size: number): number {
  return error === 0 ? 0 : error / size;
}
