import type { Matrix } from "@portfolio/quant";
import { requireFeatures } from "../training-set.ts";
import { buildNetwork, type Network, type NetworkShape } from "./build-network.ts";
import { type Scaling, writeScaled } from "./scaling.ts";

/** A trained network. */
export interface NetworkModel extends NetworkShape {
  readonly scaling: Scaling;
  /** Weights and biases by name, each row-major without anything that fills it up. */
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

const BATCH_SIZE = 256;

/**
 * Computes the forecast of each row.
 *
 * @param features - Shape (N, T·D): a row holds the features of each step, the oldest first.
 * @returns Forecasts in the unit of the target.
 * @throws {ArgumentError} The features are not those of the model in number, or far beyond those that
 *   it was trained on.
 */
export function predictNetwork(model: NetworkModel, features: Matrix): Float64Array {
  requireFeatures(features, model.featureCount * model.stepCount);
  const network = buildNetwork(model, BATCH_SIZE, [features.rows], 0);
  network.layout.write(model.parameters, network.parameters);
  writeScaled(features, model.scaling, network.store, 0, network.inputWidth);
  const { targetMean, targetScale } = model.scaling;
  const forecasts = new Float64Array(features.rows);
  forecastAll(network, 0, features.rows, forecasts);
  return forecasts.map((z) => targetMean + targetScale * z);
}

/** Computes the forecasts of a set of the store, in standard deviations. */
export function forecastAll(
  network: Network,
  first: number,
  count: number,
  out: Float64Array,
): void {
  for (let start = 0; start < count; start += network.batchSize) {
    const length = Math.min(network.batchSize, count - start);
    const rows = Int32Array.from({ length }, (_, i) => start + i);
    const forecasts = network.forecast(rows, first, count);
    for (let i = 0; i < length; i++) {
      out[start + i] = forecasts[8 * i];
    }
  }
}
