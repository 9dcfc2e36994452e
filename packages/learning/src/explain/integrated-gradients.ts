import { ArgumentError, type Matrix } from "@portfolio/quant";
import { gaussLegendre } from "../gauss-legendre.ts";
import { buildNetwork } from "../network/build-network.ts";
import { type NetworkModel, predictNetwork } from "../network/network-model.ts";
import { writeScaled } from "../network/scaling.ts";
import { requireInteger } from "../require-integer.ts";
import { requireFeatures } from "../training-set.ts";
import type { Attribution } from "../trees/tree-shap.ts";

/** Contributions, and by how much they miss the forecast. */
export interface PathAttribution extends Attribution {
  /** Forecast less the sum of the contributions and the baseline's forecast, length N. */
  readonly gaps: Float64Array;
}

/**
 * Computes integrated gradients of a network: of each feature, its difference from the baseline times
 * the mean slope on the straight way there.
 *
 * They sum to the difference of the forecasts, but for the error of the quadrature, which `gaps`
 * says; rectified networks need more points than smooth ones.
 *
 * @param features - Without missing values, shape (N, T·D).
 * @param baseline - What to compare with, such as the means of the training set, length T·D.
 * @param pointCount - Points of Gauss and Legendre on the way, 1 … 512; 64 usually do.
 * @throws {ArgumentError} The features are not those of the model in number, or a value is missing.
 * @see Sundararajan, Taly & Yan (2017), "Axiomatic Attribution for Deep Networks", eq. 1,
 *   arXiv:1703.01365
 */
export function integratedGradients(
  model: NetworkModel,
  features: Matrix,
  baseline: Float64Array,
  pointCount: number,
): PathAttribution {
  const { rows, cols, values } = features;
  requireFeatures(features, model.featureCount * model.stepCount);
  requireInteger(pointCount, 1, 512, "points");
  if (baseline.length !== cols || baseline.some(Number.isNaN) || values.some(Number.isNaN)) {
    throw new ArgumentError(
      `baseline of ${baseline.length} for ${cols} features, or a missing value`,
    );
  }
  const rule = gaussLegendre(pointCount);
  const contributions = new Float64Array(rows * cols);
  const slopesOf = pathSlopes(model, pointCount);
  for (let i = 0; i < rows; i++) {
    const x = values.subarray(i * cols, (i + 1) * cols);
    const path = new Float64Array(pointCount * cols);
    for (let k = 0; k < path.length; k++) {
      const j = k % cols;
      path[k] = baseline[j] + rule.points[(k - j) / cols] * (x[j] - baseline[j]);
    }
    const slopes = slopesOf(path);
    for (let k = 0; k < path.length; k++) {
      const j = k % cols;
      contributions[i * cols + j] +=
        rule.weights[(k - j) / cols] * slopes[k] * (x[j] - baseline[j]);
    }
  }
  const expectation = predictNetwork(model, { rows: 1, cols, values: baseline })[0];
  const gaps = predictNetwork(model, features).map((forecast, i) => {
    const own = contributions.subarray(i * cols, (i + 1) * cols);
    return forecast - own.reduce((sum, part) => sum + part, expectation);
  });
  return { expectation, contributions: { rows, cols, values: contributions }, gaps };
}

/** Makes a function that computes slopes of forecasts by features, for some observations. */
function pathSlopes(model: NetworkModel, count: number): (path: Float64Array) => Float64Array {
  const { featureCount, stepCount, scaling } = model;
  const cols = featureCount * stepCount;
  const network = buildNetwork(model, count, [count], 0);
  network.layout.write(model.parameters, network.parameters);
  const rows = Int32Array.from({ length: count }, (_, k) => k);
  const ones = new Float64Array(count).fill(1);
  return (path) => {
    writeScaled({ rows: count, cols, values: path }, scaling, network.store, 0, network.inputWidth);
    network.forecast(rows, 0, count);
    const at = network.backward(ones, true) / 4;
    const { floats } = network.session.kernels.heap;
    return path.map((_, k) => {
      const d = k % featureCount;
      const step = ((k % cols) - d) / featureCount;
      const row = step * network.batchSize + Math.floor(k / cols);
      const slope = floats[at + row * network.inputWidth + d];
      return (slope * scaling.targetScale) / scaling.featureScales[d];
    });
  };
}
