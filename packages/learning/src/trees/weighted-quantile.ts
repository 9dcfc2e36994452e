import { argsort } from "@portfolio/quant";

/**
 * Finds the least value with at least a given share of the weight at or below it.
 *
 * @param values - Length n ≥ 1.
 * @param weights - Length n, at least 0.
 * @param level - 0 … 1.
 */
export function weightedQuantile(
  values: Float64Array,
  weights: Float64Array,
  level: number,
): number {
  const order = new Uint32Array(values.length);
  argsort(values, order);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let below = 0;
  for (let k = 0; k < order.length; k++) {
    below += weights[order[k]];
    if (below >= level * total && below > 0) {
      return values[order[k]];
    }
  }
  return values[order[order.length - 1]];
}
