import type { Matrix } from "../linalg/matrix.ts";
import { linkBubbles } from "./link-bubbles.ts";
import {
  byDistance,
  type Edge,
  type Merge,
  numberMerges,
  requireDistances,
  singleLinkage,
} from "./linkage.ts";
import {
  type Linkage,
  mergedDistance,
  type PairwiseLinkage,
  usesSquares,
} from "./merged-distance.ts";

/**
 * Clusters n items bottom up: the two nearest clusters merge, until one is left.
 *
 * Single linkage is a minimum spanning tree. Complete, average, weighted and Ward's linkage follow
 * chains of nearest neighbors, n² operations. Centroid and median linkage keep the nearest neighbor
 * of each cluster, n² operations where few clusters share one; their distances may fall again.
 * Directed bubbles need four items: fewer merge by complete linkage.
 *
 * @param distances - Shape (n, n), symmetric, n ≥ 1. Symmetry is not checked.
 * @returns n − 1 merges in the order in which SciPy gives them.
 * @throws {ArgumentError} The matrix is empty, not square or not finite.
 * @see Müllner (2011), "Modern hierarchical, agglomerative clustering algorithms",
 *   arXiv:1109.2378
 */
export function linkClusters(distances: Matrix, linkage: Linkage): Merge[] {
  if (linkage === "single") {
    return singleLinkage(distances);
  }
  requireDistances(distances);
  const n = distances.rows;
  if (linkage === "directed-bubble") {
    return n < 4 ? linkClusters(distances, "complete") : linkBubbles(distances);
  }
  const squares = usesSquares(linkage);
  const state: Clusters = {
    linkage,
    n,
    distances: squares ? distances.values.map((d) => d * d) : distances.values.slice(),
    sizes: new Int32Array(n).fill(1),
  };
  const edges =
    linkage === "centroid" || linkage === "median"
      ? mergeNearest(state)
      : mergeChains(state).sort(byDistance);
  return numberMerges(edges).map((merge) => ({
    ...merge,
    distance: squares ? Math.sqrt(Math.max(0, merge.distance)) : merge.distance,
  }));
}

/** Clusters in the slots of their members: an empty slot has size 0. */
interface Clusters {
  readonly linkage: PairwiseLinkage;
  readonly n: number;
  /** Between slots, shape (n, n); squares for Ward's, centroid and median linkage. */
  readonly distances: Float64Array;
  readonly sizes: Int32Array;
}

/** Merges slot `from` into slot `to`. */
function mergeInto(state: Clusters, from: number, to: number): Edge {
  const { linkage, n, distances, sizes } = state;
  const [fromSize, toSize] = [sizes[from], sizes[to]];
  const distance = distances[from * n + to];
  sizes[from] = 0;
  for (let k = 0; k < n; k++) {
    if (sizes[k] > 0 && k !== to) {
      const merged = mergedDistance(linkage, {
        toFirst: distances[k * n + from],
        toSecond: distances[k * n + to],
        between: distance,
        firstSize: fromSize,
        secondSize: toSize,
        size: sizes[k],
      });
      distances[k * n + to] = merged;
      distances[to * n + k] = merged;
    }
  }
  sizes[to] = fromSize + toSize;
  return { from, to, distance };
}

function mergeChains(state: Clusters): Edge[] {
  const { n, sizes } = state;
  const edges: Edge[] = [];
  const chain: number[] = [];
  let first = 0;
  while (edges.length < n - 1) {
    if (chain.length === 0) {
      while (sizes[first] === 0) {
        first++;
      }
      chain.push(first);
    }
    const last = chain[chain.length - 1];
    const before = chain.length > 1 ? chain[chain.length - 2] : -1;
    const next = nearestSlot(state, last, before);
    if (next === before) {
      chain.length -= 2;
      edges.push(mergeInto(state, Math.min(last, next), Math.max(last, next)));
    } else {
      chain.push(next);
    }
  }
  return edges;
}

/** Finds the nearest other cluster; the one before it in the chain wins a tie. */
function nearestSlot({ n, distances, sizes }: Clusters, slot: number, before: number): number {
  let nearest = before;
  let least = before < 0 ? Number.POSITIVE_INFINITY : distances[slot * n + before];
  for (let k = 0; k < n; k++) {
    if (sizes[k] > 0 && k !== slot && distances[slot * n + k] < least) {
      least = distances[slot * n + k];
      nearest = k;
    }
  }
  return nearest;
}

function mergeNearest(state: Clusters): Edge[] {
  const { n, distances, sizes } = state;
  const edges: Edge[] = [];
  const neighbor = new Int32Array(n);
  for (let slot = 0; slot < n; slot++) {
    neighbor[slot] = nearestAbove(state, slot);
  }
  while (edges.length < n - 1) {
    let from = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < n; slot++) {
      if (sizes[slot] > 0 && neighbor[slot] >= 0) {
        const distance = distances[slot * n + neighbor[slot]];
        if (distance < least) {
          least = distance;
          from = slot;
        }
      }
    }
    const to = neighbor[from];
    edges.push(mergeInto(state, from, to));
    renewNeighbors(state, neighbor, from, to);
  }
  return edges;
}

/** After a merge, finds the neighbors that are gone, farther or nearer. */
function renewNeighbors(state: Clusters, neighbor: Int32Array, gone: number, merged: number): void {
  const { n, distances, sizes } = state;
  for (let slot = 0; slot < n; slot++) {
    if (sizes[slot] === 0 || slot === merged) {
      continue;
    }
    const known = neighbor[slot];
    if (known === gone || known === merged) {
      neighbor[slot] = nearestAbove(state, slot);
    } else if (slot < merged && distances[slot * n + merged] < distances[slot * n + known]) {
      neighbor[slot] = merged;
    }
  }
  neighbor[merged] = nearestAbove(state, merged);
}

/** Finds the nearest cluster in a slot above the given one; −1 where there is none. */
function nearestAbove({ n, distances, sizes }: Clusters, slot: number): number {
  let nearest = -1;
  for (let k = slot + 1; k < n; k++) {
    if (sizes[k] > 0 && (nearest < 0 || distances[slot * n + k] < distances[slot * n + nearest])) {
      nearest = k;
    }
  }
  return nearest;
}
