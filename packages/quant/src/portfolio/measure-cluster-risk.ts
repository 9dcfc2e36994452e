import { correlationFromCovariance } from "../covariance/correlation.ts";
import { ArgumentError } from "../errors.ts";
import { type ClusterRisk, covarianceClusterRisk } from "../optimize/hierarchy/cluster-risk.ts";
import { volatilitiesOf, type ZeroVolatility } from "../optimize/volatilities.ts";
import { measureRisk } from "../risk/measures/measure-risk.ts";
import type { PortfolioMeasure, PortfolioModel } from "./portfolio-model.ts";
import { growthDegree, isOfCovariance } from "./portfolio-risk.ts";

/** A risk for allocation down a tree, or the assets of which it is not over 0. */
export type MeasuredClusterRisk =
  | { readonly status: "positive"; readonly risk: ClusterRisk }
  | ZeroVolatility;

/**
 * Makes the risk that a measure gives, for allocation down a tree.
 *
 * @throws {ArgumentError} The measure does not grow with the weights or their square, or needs
 *   scenarios and there are none.
 */
export function measureClusterRisk(
  measure: PortfolioMeasure,
  { covariance, scenarios }: Pick<PortfolioModel, "covariance" | "scenarios">,
): MeasuredClusterRisk {
  const power = growthDegree(measure);
  if (power !== 1 && power !== 2) {
    throw new ArgumentError(`${measure.kind} does not grow in proportion to the weights`);
  }
  if (isOfCovariance(measure)) {
    const found = volatilitiesOf(covariance, covariance.rows);
    return found.status === "zero-volatility"
      ? found
      : {
          status: "positive",
          risk: covarianceClusterRisk(
            correlationFromCovariance(covariance),
            found.volatilities,
            power,
          ),
        };
  }
  if (scenarios === undefined) {
    throw new ArgumentError(`${measure.kind} needs scenarios of returns`);
  }
  const sizeOf = (cluster: readonly number[], weights: Float64Array) => {
    const risk = scenarioRisk(measure, scenarios, cluster, weights);
    return power === 2 ? Math.sqrt(Math.max(0, risk)) : risk;
  };
  const assetSizes = Float64Array.from({ length: scenarios.returns.cols }, (_, i) =>
    sizeOf([i], Float64Array.of(1)),
  );
  const assets = Array.from(assetSizes.keys()).filter((i) => !(assetSizes[i] > 0));
  return assets.length > 0
    ? { status: "zero-volatility", assets }
    : { status: "positive", risk: { power, assetSizes, sizeOf } };
}

function scenarioRisk(
  measure: PortfolioMeasure,
  { returns, probabilities }: NonNullable<PortfolioModel["scenarios"]>,
  cluster: readonly number[],
  weights: Float64Array,
): number {
  const own = new Float64Array(returns.rows);
  for (let t = 0; t < returns.rows; t++) {
    for (let a = 0; a < cluster.length; a++) {
      own[t] += weights[a] * returns.values[t * returns.cols + cluster[a]];
    }
  }
  if (measure.kind !== "robust-cvar") {
    return measureRisk(measure, own, probabilities);
  }
  const { level, radius } = measure;
  const size = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
  return measureRisk({ kind: "cvar", level }, own, probabilities) + (radius / (1 - level)) * size;
}
