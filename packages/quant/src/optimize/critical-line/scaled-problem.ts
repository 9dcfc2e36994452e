import { type ConstraintSystem, constraintSystem } from "../constraints.ts";
import type { MeanVarianceProblem } from "../frontier.ts";
import { requireSize, type ScaledCovariance } from "./scaled-covariance.ts";

/**
 * A mean-variance problem in units in which weights, the largest variance and the range of
 * expected returns are all about 1.
 */
export interface ScaledProblem<C extends ScaledCovariance = ScaledCovariance> {
  readonly assetCount: number;
  readonly rowCount: number;
  readonly system: ConstraintSystem;
  readonly covariance: C;
  /** √Σᵢᵢ in scaled units, length n. */
  readonly deviations: Float64Array;
  /** Expected returns, shifted and scaled to a range of 1; all 0 when no choice depends on them. */
  readonly mean: Float64Array;
  /** True weight over scaled weight. */
  readonly weightScale: number;
  /** True λ over scaled λ. */
  readonly lambdaScale: number;
}

// Expected returns that differ by less than this fraction of their size count as equal.
const EQUAL_MEANS_TOLERANCE = 1e-13;

/**
 * Scales the rest of a checked problem. Copies what it keeps.
 *
 * @throws {ArgumentError} The largest limit or difference of expected returns is neither 0 nor
 *   between 1e-100 and 1e100.
 */
export function scaleProblem<C extends ScaledCovariance>(
  { expectedReturns, constraints }: MeanVarianceProblem,
  covariance: C,
): ScaledProblem<C> {
  const n = expectedReturns.length;
  const system = constraintSystem(constraints);
  const hasFixedSum = system.rowLower[0] === system.rowUpper[0];
  const { mean, range } = scaleMeans(expectedReturns, hasFixedSum);
  requireSize(system.size, "the largest limit");
  return {
    assetCount: n,
    rowCount: system.rowCount,
    system,
    covariance,
    deviations: Float64Array.from({ length: n }, (_, i) => Math.sqrt(covariance.entry(i, i))),
    mean,
    weightScale: system.size,
    lambdaScale: (system.size * covariance.varianceScale) / range,
  };
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
