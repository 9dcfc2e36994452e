import {
  maximallyFilteredGraph,
  neighborsOf,
  type Tie,
  tiesAmong,
  tiesOf,
} from "../covariance/maximally-filtered-graph.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** Which ties of assets are kept. */
export type NetworkKind =
  /** The n − 1 ties of least distance in all that leave no asset alone. */
  | "minimum-spanning-tree"
  /** The 3 n − 6 ties of the triangulated maximally filtered graph of 1 − d². */
  | "planar";

/** Assets and the ties between them. */
export interface AssetNetwork {
  /** The assets tied to each asset, ascending. */
  readonly neighbors: readonly (readonly number[])[];
}

/**
 * Ties assets that are alike.
 *
 * Costs n² operations. Of equal distances the first counts.
 *
 * @param distances - Shape (n, n), symmetric, finite, n ≥ 1. Fewer than four assets are all tied in a planar graph.
 * @see Mantegna (1999), "Hierarchical structure in financial markets", doi:10.1007/s100510050929;
 *   Massara, Di Matteo & Aste (2017), doi:10.1093/comnet/cnw015
 */
export function assetNetwork(distances: Matrix, kind: NetworkKind): AssetNetwork {
  const ties = kind === "planar" ? planarTies(distances) : spanningTies(distances);
  const neighbors = neighborsOf(distances.rows, ties);
  return { neighbors: neighbors.map((own) => own.sort((a, b) => a - b)) };
}

/**
 * Lists the sets of assets that are at most so many steps apart, any two of them, so that each such
 * pair is in one: what is around each asset, or around each tie.
 *
 * @param steps - At least 1.
 * @returns Ascending, of two assets at least, none within another.
 */
export function nearbySets(network: AssetNetwork, steps: number): number[][] {
  const radius = Math.floor(steps / 2);
  const around = network.neighbors.map((_, asset) => reach(network, asset, radius));
  const sets =
    steps % 2 === 0
      ? around
      : network.neighbors.flatMap((own, i) =>
          own.filter((j) => j > i).map((j) => new Set([...around[i], ...around[j]])),
        );
  const large = sets.filter((set) => set.size > 1).sort((a, b) => b.size - a.size);
  const kept: Set<number>[] = [];
  for (const set of large) {
    if (!kept.some((other) => [...set].every((asset) => other.has(asset)))) {
      kept.push(set);
    }
  }
  return kept.map((set) => [...set].sort((a, b) => a - b));
}

/** Counts the steps from one asset to each; infinite where no way leads. */
export function stepsFrom({ neighbors }: AssetNetwork, asset: number): Float64Array {
  const steps = new Float64Array(neighbors.length).fill(Number.POSITIVE_INFINITY);
  steps[asset] = 0;
  const queue = [asset];
  for (const from of queue) {
    for (const to of neighbors[from]) {
      if (steps[to] === Number.POSITIVE_INFINITY) {
        steps[to] = steps[from] + 1;
        queue.push(to);
      }
    }
  }
  return steps;
}

function reach(network: AssetNetwork, asset: number, radius: number): Set<number> {
  const steps = stepsFrom(network, asset);
  return new Set([...steps.keys()].filter((other) => steps[other] <= radius));
}

/** Adds the asset next to the tree, one at a time (Prim 1957). */
function spanningTies({ rows: n, values }: Matrix): Tie[] {
  const ties: Tie[] = [];
  const nearest = new Int32Array(n);
  const distance = values.slice(0, n);
  const isIn = new Uint8Array(n);
  isIn[0] = 1;
  for (let count = 1; count < n; count++) {
    const next = nearestOutside(distance, isIn);
    ties.push([nearest[next], next]);
    isIn[next] = 1;
    for (let j = 0; j < n; j++) {
      if (values[next * n + j] < distance[j]) {
        distance[j] = values[next * n + j];
        nearest[j] = next;
      }
    }
  }
  return ties;
}

function nearestOutside(distance: Float64Array, isIn: Uint8Array): number {
  let nearest = isIn.indexOf(0);
  for (let j = nearest + 1; j < isIn.length; j++) {
    if (isIn[j] === 0 && distance[j] < distance[nearest]) {
      nearest = j;
    }
  }
  return nearest;
}

function planarTies(distances: Matrix): Tie[] {
  const { rows: n } = distances;
  if (n < 4) {
    return tiesAmong(Array.from({ length: n }, (_, i) => i));
  }
  const similarity = { ...distances, values: distances.values.map((d) => Math.max(0, 1 - d * d)) };
  return tiesOf(maximallyFilteredGraph(similarity));
}
