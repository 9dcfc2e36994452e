import { type Matrix, multiplyVector } from "@portfolio/quant";
import { requireFeatures } from "../training-set.ts";

/** A forecast a + x'b. */
export interface LinearModel {
  /** a, in the unit of the target. */
  readonly intercept: number;
  /** b, length F, in units of the target per unit of the feature. */
  readonly coefficients: Float64Array;
}

/**
 * Computes a + x'b for each row.
 *
 * @throws {ArgumentError} The features are not as many as coefficients.
 */
export function predictLinear(model: LinearModel, features: Matrix): Float64Array {
  requireFeatures(features, model.coefficients.length);
  return multiplyVector(features, model.coefficients).map((sum) => sum + model.intercept);
}
