import {
  type FilteredGraph,
  maximallyFilteredGraph,
  neighborsOf,
  tiesOf,
} from "../covariance/maximally-filtered-graph.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** What alike assets say about each other once a planar graph has filtered it. */
export interface FilteredNetwork {
  readonly graph: FilteredGraph;
  /** The vertices tied to each vertex. */
  readonly neighbors: readonly (readonly number[])[];
  /** 1 − d², shape (n, n), from 0. */
  readonly similarity: Matrix;
  /** Lengths of the shortest paths along the graph, shape (n, n). */
  readonly paths: Matrix;
}

/**
 * Filters distances by the triangulated maximally filtered graph of 1 − d².
 *
 * @param distances - Shape (n, n), symmetric, n ≥ 4; from 1 on, two items have nothing in common.
 */
export function filterNetwork(distances: Matrix): FilteredNetwork {
  const values = distances.values.map((d) => Math.max(0, 1 - d * d));
  const similarity = { ...distances, values };
  const graph = maximallyFilteredGraph(similarity);
  return {
    graph,
    neighbors: neighborsOf(distances.rows, tiesOf(graph)),
    similarity,
    paths: shortestPaths(graph, distances),
  };
}

/** Sums the similarities of a vertex to the others among some that are all tied to it. */
export function similarityTo(
  { rows: n, values }: Matrix,
  vertex: number,
  others: readonly number[],
): number {
  let sum = 0;
  for (const other of others) {
    sum += other === vertex ? 0 : values[vertex * n + other];
  }
  return sum;
}

/**
 * Computes the lengths of all shortest paths, n² operations.
 *
 * The graph is chordal: vertices are taken away from the last on, while detours over them shorten
 * the sides of their triangles; then each comes back with its paths over its triangle.
 */
function shortestPaths(graph: FilteredGraph, distances: Matrix): Matrix {
  const n = distances.rows;
  const lengths = distances.values.slice();
  shortenSides(graph, lengths, n);
  const known = [...graph.start];
  for (const { vertex, triangle } of graph.attachments) {
    // Copies, as the entries of the triangle are overwritten on the way.
    const steps = triangle.map((corner) => lengths[vertex * n + corner]);
    for (const to of known) {
      const length = Math.min(...triangle.map((corner, k) => steps[k] + lengths[corner * n + to]));
      lengths[vertex * n + to] = length;
      lengths[to * n + vertex] = length;
    }
    known.push(vertex);
  }
  return { rows: n, cols: n, values: lengths };
}

/** Makes each side as short as the shortest path between its ends. */
function shortenSides({ start, attachments }: FilteredGraph, lengths: Float64Array, n: number) {
  const shorten = (from: number, over: number, to: number) => {
    const detour = lengths[from * n + over] + lengths[over * n + to];
    if (detour < lengths[from * n + to]) {
      lengths[from * n + to] = detour;
      lengths[to * n + from] = detour;
    }
  };
  for (const { vertex, triangle } of attachments.toReversed()) {
    const [x, y, z] = triangle;
    shorten(x, vertex, y);
    shorten(x, vertex, z);
    shorten(y, vertex, z);
  }
  for (const over of start) {
    for (const from of start) {
      for (const to of start) {
        shorten(from, over, to);
      }
    }
  }
}
