import { ArgumentError } from "../errors.ts";
import { prepareKernels } from "../linalg/kernels/active-kernels.ts";
import { type Matrix, requireFinite, requireSquare } from "../linalg/matrix.ts";

// Vectors that the search for a tree works on, and numbers that it leaves of an edge.
const VECTORS = 3;
const EDGE = 3;

/**
 * Two clusters that become one.
 *
 * Cluster i < n is item i; cluster n + k is what merge k makes.
 */
export interface Merge {
  /** The smaller of the two indices. */
  readonly left: number;
  readonly right: number;
  /** Distance of the two, as the linkage measures it. */
  readonly distance: number;
}

/**
 * Clusters n items by single linkage: the two nearest clusters merge, until one is left.
 *
 * The merges are the edges of a minimum spanning tree (Prim) in ascending order, n² operations.
 *
 * @param distances - Shape (n, n), symmetric, n ≥ 1. Symmetry is not checked.
 * @returns n − 1 merges of ascending distance.
 * @throws {ArgumentError} The matrix is empty, not square or not finite.
 * @see Gower & Ross (1969), "Minimum Spanning Trees and Single Linkage Cluster Analysis",
 *   doi:10.2307/2346439
 */
export function singleLinkage(distances: Matrix): Merge[] {
  requireDistances(distances);
  const { rows: n, values } = distances;
  const edges = minimumSpanningTree(n, values);
  return numberMerges(edges.sort(byDistance));
}

/**
 * Clusters n assets by single linkage on √(½(1 − ρ)), with no root taken but of what merges.
 *
 * @param covariance - Shape (n, n), symmetric, n ≥ 1.
 * @param deviations - Square roots of its diagonal, length n.
 * @returns The merges that `singleLinkage` finds.
 */
export function linkCovariances({ rows: n, values }: Matrix, deviations: Float64Array): Merge[] {
  const size = n + (n % 2);
  const vectors = n * size;
  const edgesAt = vectors + VECTORS * size;
  const { kernels, heap } = prepareKernels(edgesAt + EDGE * n);
  for (let i = 0; i < n; i++) {
    heap.set(values.subarray(i * n, (i + 1) * n), i * size);
  }
  heap.set(deviations, vectors);
  heap.fill(Number.NaN, vectors + n, vectors + size);
  kernels.spanCorrelations(0, size, vectors, edgesAt, n - 1);
  const edges = Array.from({ length: n - 1 }, (_, k) => {
    const [from, to, distance] = heap.subarray(edgesAt + EDGE * k);
    return { from, to, distance };
  });
  return numberMerges(edges.sort(byDistance)).map((merge) => ({
    ...merge,
    distance: Math.sqrt((1 + merge.distance) / 2),
  }));
}

/** @throws {ArgumentError} The matrix is empty, not square or not finite. */
export function requireDistances(distances: Matrix): void {
  const { rows: n } = requireSquare(distances, "distances");
  requireFinite(distances.values, "distances");
  if (n === 0) {
    throw new ArgumentError("there is nothing to cluster");
  }
}

/** Two items whose clusters merge. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly distance: number;
}

export function byDistance(one: Edge, other: Edge): number {
  return one.distance - other.distance;
}

/** Numbers the clusters that merge, in the order of the edges: n − 1 of them for n items. */
export function numberMerges(edges: readonly Edge[]): Merge[] {
  const clusters = new ClusterIndex(edges.length + 1);
  return edges.map(({ from, to, distance }) => {
    const [a, b] = clusters.merge(from, to);
    return { left: Math.min(a, b), right: Math.max(a, b), distance };
  });
}

/**
 * Lists the items as the leaves of the tree from left to right, so that neighbors are alike.
 *
 * @param merges - Of n items, as `singleLinkage` gives them.
 * @returns Every item once, length n.
 */
export function leafOrder(merges: readonly Merge[]): number[] {
  const n = merges.length + 1;
  const order: number[] = [];
  const open = [2 * n - 2];
  for (let cluster = open.pop(); cluster !== undefined; cluster = open.pop()) {
    if (cluster < n) {
      order.push(cluster);
    } else {
      const { left, right } = merges[cluster - n];
      open.push(right, left);
    }
  }
  return order;
}

/** Prim's algorithm. */
function minimumSpanningTree(n: number, distances: Float64Array): Edge[] {
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const neighbor = new Int32Array(n);
  const outside = Int32Array.from({ length: n - 1 }, (_, i) => i + 1);
  const edges: Edge[] = [];
  let last = 0;
  for (let count = n - 1; count > 0; count--) {
    const left = outside.subarray(0, count);
    let best = Number.POSITIVE_INFINITY;
    let place = 0;
    for (let k = 0; k < count; k++) {
      const j = left[k];
      const distance = distances[last * n + j];
      if (distance < nearest[j]) {
        nearest[j] = distance;
        neighbor[j] = last;
      }
      if (nearest[j] < best) {
        best = nearest[j];
        place = k;
      }
    }
    last = left[place];
    edges.push({ from: neighbor[last], to: last, distance: best });
    left.copyWithin(place, place + 1);
  }
  return edges;
}

/** Knows which cluster each item is in (union–find with path halving). */
class ClusterIndex {
  readonly #parent: Int32Array;
  #next: number;

  constructor(itemCount: number) {
    this.#parent = Int32Array.from({ length: 2 * itemCount - 1 }, (_, i) => i);
    this.#next = itemCount;
  }

  /** Merges the clusters of two items, and tells which they were. */
  merge(item: number, other: number): [number, number] {
    const [a, b] = [this.#clusterOf(item), this.#clusterOf(other)];
    this.#parent[a] = this.#next;
    this.#parent[b] = this.#next;
    this.#next += 1;
    return [a, b];
  }

  #clusterOf(item: number): number {
    let at = item;
    while (this.#parent[at] !== at) {
      this.#parent[at] = this.#parent[this.#parent[at]];
      at = this.#parent[at];
    }
    return at;
  }
}
