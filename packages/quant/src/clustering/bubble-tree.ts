import type { FilteredGraph } from "../covariance/maximally-filtered-graph.ts";

type Triangle = readonly number[];

/** Vertices of a planar graph that no triangle parts. */
export interface Bubble {
  /** Ascending. */
  readonly vertices: readonly number[];
  /** The bubble before it on the way to the first; −1 for the first. */
  readonly parent: number;
  /** What it shares with its parent, ascending; empty for the first. */
  readonly triangle: Triangle;
}

/**
 * Finds the bubbles of a triangulated maximally filtered graph and how triangles join them.
 *
 * Each tetrahedron is a bubble. The first is the one on which no triangle turns its larger side;
 * then come those behind its faces, level by level, each in lexicographic order of the triangles.
 *
 * @returns Parents before their children; n − 3 bubbles.
 * @see Song, Di Matteo & Aste (2012), "Hierarchical Information Clustering by Means of
 *   Topologically Embedded Graphs", doi:10.1371/journal.pone.0031929
 */
export function bubbleTree(graph: FilteredGraph): Bubble[] {
  const tetrahedra = tetrahedraOf(graph);
  const sharers = tetrahedraOfTriangles(tetrahedra);
  const across = (from: number, triangle: Triangle) =>
    sharers.get(keyOf(triangle))?.find((other) => other !== from);
  const first = centralTetrahedron(graph, tetrahedra);
  const bubbles: Bubble[] = [{ vertices: tetrahedra[first], parent: -1, triangle: [] }];
  let level = behind(first, 0);
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { parent, triangle, tetrahedron } of level.sort(byTriangle)) {
      next.push(...behind(tetrahedron, bubbles.length, triangle));
      bubbles.push({ vertices: tetrahedra[tetrahedron], parent, triangle });
    }
    level = next;
  }
  return bubbles;

  function behind(tetrahedron: number, parent: number, entered: Triangle = []) {
    return facesOf(tetrahedra[tetrahedron]).flatMap((triangle) => {
      const other = across(tetrahedron, triangle);
      return other === undefined || keyOf(triangle) === keyOf(entered)
        ? []
        : [{ parent, triangle, tetrahedron: other }];
    });
  }
}

function tetrahedraOf({ start, attachments }: FilteredGraph): number[][] {
  const others = attachments.map(({ vertex, triangle }) => [...triangle, vertex]);
  return [[...start], ...others].map((vertices) => vertices.sort((a, b) => a - b));
}

/** The faces of a tetrahedron of ascending vertices, in lexicographic order. */
function facesOf([a, b, c, d]: readonly number[]): Triangle[] {
  return [
    [a, b, c],
    [a, b, d],
    [a, c, d],
    [b, c, d],
  ];
}

function keyOf(triangle: Triangle): string {
  return triangle.join(" ");
}

function byTriangle(
  { triangle: x }: { triangle: Triangle },
  { triangle: y }: { triangle: Triangle },
) {
  return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
}

/** Lists the one or two tetrahedra of each triangle. */
function tetrahedraOfTriangles(tetrahedra: readonly number[][]): Map<string, number[]> {
  const sharers = new Map<string, number[]>();
  for (const [k, vertices] of tetrahedra.entries()) {
    for (const face of facesOf(vertices)) {
      const key = keyOf(face);
      const known = sharers.get(key);
      if (known === undefined) {
        sharers.set(key, [k]);
      } else {
        known.push(k);
      }
    }
  }
  return sharers;
}

/**
 * Finds the tetrahedron from which no triangle parts more than half of the other vertices.
 *
 * Where a triangle parts equal halves, that of the first vertex outside of it is the larger.
 */
function centralTetrahedron(
  { attachments }: FilteredGraph,
  tetrahedra: readonly number[][],
): number {
  const count = tetrahedra.length;
  const parents = new Int32Array(count).fill(-1);
  const newest = new Map(facesOf(tetrahedra[0]).map((face) => [keyOf(face), 0]));
  const homes = new Int32Array(count + 3);
  for (const [k, { vertex, triangle }] of attachments.entries()) {
    parents[k + 1] = newest.get(keyOf([...triangle].sort((a, b) => a - b))) ?? 0;
    homes[vertex] = k + 1;
    for (const face of facesOf(tetrahedra[k + 1])) {
      newest.set(keyOf(face), k + 1);
    }
  }
  const sizes = subtreeSizes(parents);
  let central = 0;
  // Sizes fall down the tree, so the last that holds the larger part is the deepest.
  for (let k = 1; k < count; k++) {
    const twice = 2 * sizes[k];
    if (twice > count || (twice === count && holdsFirstVertex(k))) {
      central = k;
    }
  }
  return central;

  function holdsFirstVertex(k: number): boolean {
    const { triangle } = attachments[k - 1];
    let vertex = 0;
    while (triangle.includes(vertex)) {
      vertex++;
    }
    let at = homes[vertex];
    while (at > k) {
      at = parents[at];
    }
    return at === k;
  }
}

/** Counts the nodes below each one and itself, where parents come before their children. */
export function subtreeSizes(parents: Int32Array): Int32Array {
  const sizes = new Int32Array(parents.length).fill(1);
  for (let k = parents.length - 1; k > 0; k--) {
    sizes[parents[k]] += sizes[k];
  }
  return sizes;
}
