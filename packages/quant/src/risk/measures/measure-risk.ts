import { type Matrix, multiplyVector } from "../../linalg/matrix.ts";
import type { RiskMeasure } from "./risk-measure.ts";
import { riskSensitivity } from "./risk-sensitivity.ts";

/**
 * Measures the risk of a portfolio's returns.
 *
 * @param measure - What is measured; its definition is at {@link RiskMeasure}.
 * @param returns - Simple returns y of the portfolio in T scenarios, in time's order for
 *   drawdowns.
 * @param probabilities - Probabilities of the scenarios, length T, ≥ 0, of sum 1 to 1e-9; equal
 *   where absent.
 * @returns The risk per period, in the unit of returns or, for variances and kurtoses, its square.
 * @throws {ArgumentError} Returns are not finite, or too few; probabilities or the measure's
 *   parameters are out of their range.
 */
export function measureRisk(
  measure: RiskMeasure,
  returns: Float64Array,
  probabilities?: Float64Array,
): number {
  return riskSensitivity(measure, returns, probabilities).value;
}

/** A portfolio's risk and how each asset's weight moves it. */
export interface RiskGradient {
  readonly risk: number;
  /** Length n: ∂ρ/∂wᵢ, or at a kink one of the subgradients. */
  readonly marginal: Float64Array;
  /**
   * Length n: wᵢ·∂ρ/∂wᵢ. By Euler's theorem they sum to d·ρ where ρ is homogeneous of degree d.
   */
  readonly contributions: Float64Array;
}

/**
 * Computes the risk of a portfolio with the marginal risk and the contribution of each asset.
 *
 * @param weights - Length n.
 * @param scenarios - Simple returns of the assets, shape (T, n).
 * @throws {ArgumentError} As {@link measureRisk}; or n differs.
 * @see Tasche (1999), "Risk contributions and performance measurement"
 */
export function riskGradient(
  measure: RiskMeasure,
  weights: Float64Array,
  {
    scenarios,
    probabilities,
  }: { readonly scenarios: Matrix; readonly probabilities?: Float64Array },
): RiskGradient {
  const { value, gradient } = riskSensitivity(
    measure,
    multiplyVector(scenarios, weights),
    probabilities,
  );
  const marginal = new Float64Array(weights.length);
  for (let t = 0; t < scenarios.rows; t++) {
    const slope = gradient[t];
    const offset = t * scenarios.cols;
    for (let i = 0; i < marginal.length; i++) {
      marginal[i] += slope * scenarios.values[offset + i];
    }
  }
  return { risk: value, marginal, contributions: marginal.map((g, i) => g * weights[i]) };
}
