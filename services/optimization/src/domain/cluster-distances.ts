import {
  assetDistances,
  correlationDistances,
  correlationFromCovariance,
  isOfCorrelations,
  type Matrix,
} from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import type { ClusteringMethod } from "./rule-objectives.ts";

/** Lists the assets that have no volatility, and so no correlations. */
export function withoutVolatility(
  { rows: n, values }: Matrix,
  symbols: readonly string[],
): string[] {
  return symbols.filter((_, i) => values[i * n + i] === 0);
}

/** Computes how unlike assets are, by the estimates or by the days behind them. Shape (n, n). */
export function distancesOf(
  { distance }: ClusteringMethod,
  { covariance, scenarios }: EstimatesWithViews,
): Matrix {
  if (isOfCorrelations(distance)) {
    const correlation = correlationFromCovariance(covariance);
    return correlationDistances(correlation, distance === "absolute-pearson");
  }
  if (scenarios === undefined) {
    throw new Error(`the distance ${distance} was asked for without scenarios`);
  }
  return assetDistances(distance, scenarios.returns);
}
