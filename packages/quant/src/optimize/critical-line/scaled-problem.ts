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
  /** Expected returns, centered and scaled to [-1/2, 1/2]; all 0 when they are equal. */
  readonly mean: Float64Array;
  /** True weight over scaled weight. */
  readonly weightScale: number;
  /** True variance over scaled variance, for equal weights. */
  readonly varianceScale: number;
  /** True λ over scaled λ. */
  readonly lambdaScale: number;
}

// Expected returns that differ by less than this fraction of their size count as equal.
const EQUAL_MEANS_TOLERANCE = 1e-13;

/** Scales a checked problem. Copies what it keeps. */
export function scaleProblem(
  expectedReturns: Float64Array,
  covariance: Matrix,
  constraints: WeightConstraints,
): ScaledProblem {
  const n = expectedReturns.length;
  let largestVariance = 0;
  for (let i = 0; i < n; i++) {
    largestVariance = Math.max(largestVariance, covariance.values[i * n + i]);
  }
  const varianceScale = largestVariance || 1;
  const scaled = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const entry = covariance.values[i * n + j] / 2 + covariance.values[j * n + i] / 2;
      scaled[i * n + j] = entry / varianceScale;
      scaled[j * n + i] = scaled[i * n + j];
    }
  }
  const { mean, range } = centerMeans(expectedReturns);
  const system = constraintSystem(constraints);
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

/** The budget fixes the sum of weights, so a common shift of the means changes no choice. */
function centerMeans(expectedReturns: Float64Array) {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of expectedReturns) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const size = Math.max(Math.abs(lowest), Math.abs(highest));
  const range = highest - lowest;
  if (range <= EQUAL_MEANS_TOLERANCE * size) {
    return { mean: new Float64Array(expectedReturns.length), range: 1 };
  }
  const center = lowest / 2 + highest / 2;
  return { mean: expectedReturns.map((value) => (value - center) / range), range };
}
