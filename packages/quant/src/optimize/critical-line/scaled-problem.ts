import { ArgumentError } from "../../errors.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { type ConstraintSystem, constraintSystem, type WeightConstraints } from "../constraints.ts";

/**
 * A mean-variance problem in units in which weights, the largest variance and the range of
 * expected returns are all about 1.
 */
export interface ScaledProblem {
  readonly assetCount: number;
  readonly rowCount: number;
  readonly system: ConstraintSystem;
  /** Scaled Σ, row-major, exactly symmetric. Ill-posed directions may add to its diagonal. */
  readonly covariance: Float64Array;
  /** √Σᵢᵢ in scaled units, length n. */
  readonly deviations: Float64Array;
  /** Expected returns, shifted and scaled to a range of 1; all 0 when no choice depends on them. */
  readonly mean: Float64Array;
  /** True weight over scaled weight. */
  readonly weightScale: number;
  /** True variance over scaled variance, for equal weights. */
  readonly varianceScale: number;
  /** True λ over scaled λ. */
  readonly lambdaScale: number;
}

// Products of a variance, two weights and the inverse of a return stay finite within these.
const SMALLEST_SIZE = 1e-100;
const LARGEST_SIZE = 1e100;
// A volatility below 1e-20 of the largest is none: its square would be lost in any sum.
const RISKLESS_VARIANCE = 1e-40;
// Expected returns that differ by less than this fraction of their size count as equal.
const EQUAL_MEANS_TOLERANCE = 1e-13;
const TILE = 32;

/**
 * Scales a checked problem. Copies what it keeps.
 *
 * @throws {ArgumentError} The largest variance, limit or difference of expected returns is
 *   neither 0 nor between 1e-100 and 1e100.
 */
export function scaleProblem(
  expectedReturns: Float64Array,
  covariance: Matrix,
  constraints: WeightConstraints,
): ScaledProblem {
  const n = expectedReturns.length;
  const { scaled, varianceScale } = scaleCovariance(covariance);
  const system = constraintSystem(constraints);
  const hasFixedSum = system.rowLower[0] === system.rowUpper[0];
  const { mean, range } = scaleMeans(expectedReturns, hasFixedSum);
  requireSize(system.size, "the largest limit");
  return {
    assetCount: n,
    rowCount: system.rowCount,
    system,
    covariance: scaled,
    deviations: Float64Array.from({ length: n }, (_, i) => Math.sqrt(scaled[i * n + i])),
    mean,
    weightScale: system.size,
    varianceScale,
    lambdaScale: (system.size * varianceScale) / range,
  };
}

function scaleCovariance({ rows: n, values }: Matrix) {
  let largestVariance = 0;
  for (let i = 0; i < n; i++) {
    largestVariance = Math.max(largestVariance, values[i * n + i]);
  }
  requireSize(largestVariance, "the largest variance");
  const varianceScale = largestVariance || 1;
  const risky = Float64Array.from({ length: n }, (_, i) =>
    values[i * n + i] < RISKLESS_VARIANCE * varianceScale ? 0 : 1,
  );
  const scaled = new Float64Array(n * n);
  // In tiles, so that rows and columns of one stay in the cache.
  for (let top = 0; top < n; top += TILE) {
    for (let left = 0; left <= top; left += TILE) {
      scaleTile(values, scaled, n, { top, left, risky, varianceScale });
    }
  }
  return { scaled, varianceScale };
}

function scaleTile(
  values: Float64Array,
  scaled: Float64Array,
  n: number,
  tile: {
    readonly top: number;
    readonly left: number;
    readonly risky: Float64Array;
    readonly varianceScale: number;
  },
): void {
  const { top, left, risky, varianceScale } = tile;
  for (let i = top; i < Math.min(top + TILE, n); i++) {
    for (let j = left; j < Math.min(left + TILE, i + 1); j++) {
      const entry = values[i * n + j] / 2 + values[j * n + i] / 2;
      const kept = risky[i] * risky[j] === 0 ? 0 : entry / varianceScale;
      scaled[i * n + j] = kept;
      scaled[j * n + i] = kept;
    }
  }
}

function requireSize(size: number, what: string): void {
  if (size !== 0 && !(size >= SMALLEST_SIZE && size <= LARGEST_SIZE)) {
    throw new ArgumentError(
      `${what} is ${size}, neither 0 nor between ${SMALLEST_SIZE} and ${LARGEST_SIZE}`,
    );
  }
}

/**
 * Scales expected returns by their range.
 *
 * Where the budget fixes the sum of weights, a common shift of the means changes no choice, and
 * they are centered. Otherwise not to invest is a choice too, whose return is 0.
 */
function scaleMeans(expectedReturns: Float64Array, hasFixedSum: boolean) {
  let lowest = hasFixedSum ? Number.POSITIVE_INFINITY : 0;
  let highest = hasFixedSum ? Number.NEGATIVE_INFINITY : 0;
  for (const value of expectedReturns) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const size = Math.max(Math.abs(lowest), Math.abs(highest));
  const range = highest - lowest;
  requireSize(size, "the largest expected return");
  if (range <= EQUAL_MEANS_TOLERANCE * size) {
    return { mean: new Float64Array(expectedReturns.length), range: 1 };
  }
  requireSize(range, "the range of expected returns");
  const center = hasFixedSum ? lowest / 2 + highest / 2 : 0;
  return { mean: expectedReturns.map((value) => (value - center) / range), range };
}
