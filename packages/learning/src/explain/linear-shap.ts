import { ArgumentError, type Matrix } from "@portfolio/quant";
import { type LinearModel, predictLinear } from "../linear/linear-model.ts";
import type { Attribution } from "../trees/tree-shap.ts";

/**
 * Computes Shapley values of a linear model, exactly: φⱼ = bⱼ(xⱼ − E xⱼ).
 *
 * @param background - Observations whose mean is compared with, shape (B, F), B ≥ 1.
 * @throws {ArgumentError} Features are not as many as coefficients, or there is no background.
 * @see Štrumbelj & Kononenko (2014), "Explaining prediction models and individual predictions with
 *   feature contributions", eq. 4, doi:10.1007/s10115-013-0679-x
 */
export function linearShap(model: LinearModel, features: Matrix, background: Matrix): Attribution {
  if (background.rows === 0) {
    throw new ArgumentError("there is no background observation");
  }
  const forecasts = predictLinear(model, background);
  const expectation = forecasts.reduce((sum, f) => sum + f / forecasts.length, 0);
  // Checks the shape.
  predictLinear(model, features);
  const { rows, cols } = features;
  const means = new Float64Array(cols);
  for (let k = 0; k < background.values.length; k++) {
    means[k % cols] += background.values[k] / background.rows;
  }
  const values = features.values.map(
    (x, k) => model.coefficients[k % cols] * (x - means[k % cols]),
  );
  return { expectation, contributions: { rows, cols, values } };
}
