import { ArgumentError, centeredGram } from "@portfolio/quant";
import type { TrainingSet } from "../training-set.ts";

/** What least squares with an intercept needs to know of the data. */
export interface CenteredMoments {
  /** Weighted means of the features, length F. */
  readonly featureMeans: Float64Array;
  readonly targetMean: number;
  /** Σ ω (x − x̄)(x − x̄)', row-major, shape (F, F). */
  readonly gram: Float64Array;
  /** Σ ω (x − x̄)(y − ȳ), length F. */
  readonly product: Float64Array;
  /** Σ ω (y − ȳ)². */
  readonly targetSquares: number;
  /** Σ ω. */
  readonly weightSum: number;
}

/**
 * Sums up products about the means, in N·F² operations.
 *
 * @throws {ArgumentError} A sum is not finite.
 */
export function centeredMoments({ features, targets, weights }: TrainingSet): CenteredMoments {
  const { rows, cols, values } = features;
  const weightOf = (i: number) => (weights === undefined ? 1 : weights[i]);
  const weightSum = weights === undefined ? rows : weights.reduce((sum, w) => sum + w, 0);
  const featureMeans = new Float64Array(cols);
  let targetMean = 0;
  for (let i = 0; i < rows; i++) {
    const share = weightOf(i) / weightSum;
    targetMean += share * targets[i];
    for (let j = 0; j < cols; j++) {
      featureMeans[j] += share * values[i * cols + j];
    }
  }
  const product = new Float64Array(cols);
  let targetSquares = 0;
  for (let i = 0; i < rows; i++) {
    const deviation = weightOf(i) * (targets[i] - targetMean);
    targetSquares += deviation * (targets[i] - targetMean);
    for (let j = 0; j < cols; j++) {
      product[j] += deviation * (values[i * cols + j] - featureMeans[j]);
    }
  }
  const gram = centeredGram(features, featureMeans, weights?.map(Math.sqrt)).values;
  if (!(gram.every(Number.isFinite) && product.every(Number.isFinite))) {
    throw new ArgumentError("products of features and targets overflow: scale them");
  }
  return { featureMeans, targetMean, gram, product, targetSquares, weightSum };
}

/** Computes the intercept with which the forecast of the means is the mean of the targets. */
export function interceptOf(
  { featureMeans, targetMean }: CenteredMoments,
  coefficients: Float64Array,
): number {
  let intercept = targetMean;
  for (let j = 0; j < coefficients.length; j++) {
    intercept -= coefficients[j] * featureMeans[j];
  }
  return intercept;
}
