import type { Matrix } from "../../linalg/matrix.ts";

/** Risks of assets and of clusters of them, as what allocation down a tree compares. */
export interface ClusterRisk {
  /** The risk is a size to this power: 2 for variances, whose size is the volatility. */
  readonly power: 1 | 2;
  /** Size of the risk of each asset alone, over 0, length n. */
  readonly assetSizes: Float64Array;
  /**
   * Measures the size of a portfolio's risk.
   *
   * @param weights - Of the members of the cluster, in their order.
   */
  sizeOf(cluster: readonly number[], weights: Float64Array): number;
}

/**
 * Makes the risk that is variance or volatility.
 *
 * @param correlation - Symmetric, shape (n, n). Of a cluster in ascending order only the lower
 *   triangle is read.
 * @param volatilities - Square roots of the diagonal, over 0, length n.
 * @param power - 2 for variance, 1 for volatility.
 */
export function covarianceClusterRisk(
  correlation: Matrix,
  volatilities: Float64Array,
  power: 1 | 2 = 2,
): ClusterRisk {
  const { cols: n, values } = correlation;
  return {
    power,
    assetSizes: volatilities,
    sizeOf(cluster, weights) {
      const members = Int32Array.from(cluster);
      const loads = weights.map((weight, a) => weight * volatilities[members[a]]);
      let diagonal = 0;
      let pairs = 0;
      for (let a = 0; a < members.length; a++) {
        const row = members[a] * n;
        let sum = 0;
        for (let b = 0; b < a; b++) {
          sum += loads[b] * values[row + members[b]];
        }
        pairs += loads[a] * sum;
        diagonal += loads[a] * loads[a];
      }
      return Math.sqrt(Math.max(0, diagonal + 2 * pairs));
    },
  };
}

/** Weighs the members of a cluster in inverse proportion to their own risk; they sum to 1. */
export function inverseRiskWeights(
  { power, assetSizes }: ClusterRisk,
  cluster: readonly number[],
): Float64Array {
  const weights = new Float64Array(cluster.length);
  let smallest = Number.POSITIVE_INFINITY;
  for (let a = 0; a < weights.length; a++) {
    smallest = Math.min(smallest, assetSizes[cluster[a]]);
  }
  let total = 0;
  for (let a = 0; a < weights.length; a++) {
    weights[a] = (smallest / assetSizes[cluster[a]]) ** power;
    total += weights[a];
  }
  for (let a = 0; a < weights.length; a++) {
    weights[a] /= total;
  }
  return weights;
}

/** Size of a cluster's risk when its members are weighed by inverse risk. */
export function clusterSize(risk: ClusterRisk, cluster: readonly number[]): number {
  return Math.max(0, risk.sizeOf(cluster, inverseRiskWeights(risk, cluster)));
}

/** Share of the first of two branches, 1 − r₁/(r₁ + r₂); half where neither has risk. */
export function firstShare(power: 1 | 2, firstSize: number, secondSize: number): number {
  const largest = Math.max(firstSize, secondSize);
  if (largest === 0) {
    return 0.5;
  }
  // Scaled, so that no square overflows or vanishes.
  const first = (firstSize / largest) ** power;
  const second = (secondSize / largest) ** power;
  return second / (first + second);
}
