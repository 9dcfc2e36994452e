import type { Matrix } from "../linalg/matrix.ts";
import { symmetricEigen } from "../linalg/symmetric-eigen.ts";
import { type AssetNetwork, stepsFrom } from "./asset-network.ts";

/** How much an asset is in the middle of a network. */
export type CentralityMeasure =
  /** The number of its ties. */
  | "degree"
  /** Its entry of the first eigenvector of the ties, of length 1. */
  | "eigenvector"
  /** Ways to it, of length 1: each step counts a tenth of the one before, or less where the sum would have no end. */
  | "katz"
  /** The inverse of its mean number of steps to the others. */
  | "closeness"
  /** The share of the shortest ways between two others that lead over it. */
  | "betweenness"
  /** Closed ways from it, of k steps divided by k!. */
  | "subgraph"
  /** The share of Σ of squared eigenvalues of the Laplacian that goes with it. */
  | "laplacian";

const KATZ_DAMPING = 0.1;
// Share of the damping from which on the sum has no end.
const DAMPING_SHARE_MAX = 0.95;

/**
 * Computes the centrality of each asset.
 *
 * @returns Length n.
 * @see Freeman (1978), doi:10.1016/0378-8733(78)90021-7 (degree, closeness, betweenness); Bonacich (1972),
 *   doi:10.1080/0022250X.1972.9989806; Katz (1953), doi:10.1007/BF02289026; Estrada & Rodríguez-Velázquez (2005),
 *   doi:10.1103/PhysRevE.71.056103; Qi et al. (2012), doi:10.1016/j.ins.2011.12.027
 */
export function networkCentrality(network: AssetNetwork, measure: CentralityMeasure): Float64Array {
  const { neighbors } = network;
  switch (measure) {
    case "degree":
      return Float64Array.from(neighbors, (own) => own.length);
    case "closeness":
      return Float64Array.from(neighbors, (_, asset) => closeness(network, asset));
    case "betweenness":
      return betweenness(network);
    case "laplacian":
      return laplacian(network);
    default:
      return spectral(network, measure);
  }
}

function closeness(network: AssetNetwork, asset: number): number {
  const steps = stepsFrom(network, asset);
  const sum = steps.reduce((total, count) => total + count, 0);
  return sum > 0 && Number.isFinite(sum) ? (steps.length - 1) / sum : 0;
}

/** Adds up, from the farthest asset back, which share of the ways from each start leads over an asset. */
function betweenness(network: AssetNetwork): Float64Array {
  const { neighbors } = network;
  const n = neighbors.length;
  const sums = new Float64Array(n);
  for (let start = 0; start < n; start++) {
    const steps = stepsFrom(network, start);
    const order = [...steps.keys()].sort((a, b) => steps[a] - steps[b]);
    const ways = new Float64Array(n);
    ways[start] = 1;
    const before = (asset: number) =>
      neighbors[asset].filter((other) => steps[other] === steps[asset] - 1);
    for (const asset of order.slice(1)) {
      ways[asset] = before(asset).reduce((sum, other) => sum + ways[other], 0);
    }
    const share = new Float64Array(n);
    for (const asset of order.slice(1).reverse()) {
      for (const other of before(asset)) {
        share[other] += (ways[other] / ways[asset]) * (1 + share[asset]);
      }
      sums[asset] += share[asset];
    }
  }
  const pairs = (n - 1) * (n - 2);
  return sums.map((sum) => (pairs > 0 ? sum / pairs : 0));
}

/** What Σ of squared eigenvalues loses with an asset: d² + d + 2 Σ of the neighbors' ties. */
function laplacian({ neighbors }: AssetNetwork): Float64Array {
  const degrees = neighbors.map((own) => own.length);
  const energy = degrees.reduce((sum, degree) => sum + degree * degree + degree, 0);
  return Float64Array.from(neighbors, (own, asset) => {
    const degree = degrees[asset];
    const around = own.reduce((sum, other) => sum + degrees[other], 0);
    return energy > 0 ? (degree * degree + degree + 2 * around) / energy : 0;
  });
}

/** Measures that functions of the eigenvalues of the ties give. */
function spectral(
  network: AssetNetwork,
  measure: "eigenvector" | "katz" | "subgraph",
): Float64Array {
  const { values, vectors } = symmetricEigen(tieMatrix(network));
  const n = values.length;
  const entries = (k: number) => vectors.values.subarray(k * n, (k + 1) * n);
  if (measure === "eigenvector") {
    return entries(n - 1).map(Math.abs);
  }
  const sums = new Float64Array(n);
  const damping = Math.min(KATZ_DAMPING, DAMPING_SHARE_MAX / values[n - 1]);
  for (const [k, value] of values.entries()) {
    const own = entries(k);
    const factor = measure === "subgraph" ? Math.exp(value) : 1 / (1 - damping * value);
    const all = own.reduce((sum, entry) => sum + entry, 0);
    for (let asset = 0; asset < n; asset++) {
      sums[asset] += factor * own[asset] * (measure === "subgraph" ? own[asset] : all);
    }
  }
  return measure === "subgraph" ? sums : toUnitLength(sums);
}

function tieMatrix({ neighbors }: AssetNetwork): Matrix {
  const n = neighbors.length;
  const values = new Float64Array(n * n);
  for (const [i, own] of neighbors.entries()) {
    for (const j of own) {
      values[i * n + j] = 1;
    }
  }
  return { rows: n, cols: n, values };
}

function toUnitLength(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  const length = Math.sign(sum) * Math.hypot(...values);
  return length === 0 ? values : values.map((value) => value / length);
}
