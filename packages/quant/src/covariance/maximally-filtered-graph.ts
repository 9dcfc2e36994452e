import type { Matrix } from "../linalg/matrix.ts";

/** One vertex that is tied to a triangle of the vertices before it. */
export interface Attachment {
  readonly vertex: number;
  readonly triangle: readonly [number, number, number];
}

/** A planar graph of tetrahedra that share triangles. */
export interface FilteredGraph {
  /** The first four vertices, all tied to each other. */
  readonly start: readonly number[];
  /** The others, in the order in which they were attached. */
  readonly attachments: readonly Attachment[];
}

/** Two vertices that are tied. */
export type Tie = readonly [number, number];

// Gains count as equal when they agree in six decimals; then the older triangle is taken.
const GAIN_SCALE = 1e6;

/**
 * Builds the triangulated maximally filtered graph of a similarity.
 *
 * Starts from the four vertices of greatest strength and ties one vertex at a time to the triangle
 * to which it is most similar. Costs n² operations.
 *
 * @param similarity - Symmetric, from 0, shape (n, n), n ≥ 4.
 * @see Massara, Di Matteo & Aste (2017), "Network filtering for big data: triangulated maximally
 *   filtered graph", doi:10.1093/comnet/cnw015
 */
export function maximallyFilteredGraph(similarity: Matrix): FilteredGraph {
  const order = byStrength(similarity);
  const start = order.slice(0, 4);
  const [a, b, c, d] = start;
  const triangles: [number, number, number][] = [
    [a, b, c],
    [b, c, d],
    [a, b, d],
    [a, c, d],
  ];
  const outside = new Set(order.slice(4).sort((x, y) => x - y));
  const candidates = triangles.map((triangle) => bestVertex(similarity, outside, triangle));
  const attachments: Attachment[] = [];
  while (outside.size > 0) {
    const chosen = bestTriangle(candidates, outside.size === 1);
    const { vertex } = candidates[chosen];
    const [x, y, z] = triangles[chosen];
    attachments.push({ vertex, triangle: [x, y, z] });
    outside.delete(vertex);
    triangles[chosen] = [x, y, vertex];
    triangles.push([x, z, vertex], [y, z, vertex]);
    candidates.push({ vertex, gain: 0 }, { vertex, gain: 0 });
    for (let k = 0; k < triangles.length && outside.size > 0; k++) {
      if (candidates[k].vertex === vertex) {
        candidates[k] = bestVertex(similarity, outside, triangles[k]);
      }
    }
  }
  return { start, attachments };
}

/** Lists the 3n − 6 ties of a graph, in the order in which they were made. */
export function tiesOf({ start, attachments }: FilteredGraph): Tie[] {
  return [
    ...tiesAmong(start),
    ...attachments.flatMap(({ vertex, triangle }) =>
      triangle.map((corner): Tie => [vertex, corner]),
    ),
  ];
}

/** Lists all pairs of some vertices. */
export function tiesAmong(vertices: readonly number[]): Tie[] {
  return vertices.flatMap((i, k) => vertices.slice(k + 1).map((j): Tie => [i, j]));
}

/** Lists the vertices tied to each of n, in the order of the ties. */
export function neighborsOf(n: number, ties: readonly Tie[]): number[][] {
  const neighbors = Array.from({ length: n }, (): number[] => []);
  for (const [i, j] of ties) {
    neighbors[i].push(j);
    neighbors[j].push(i);
  }
  return neighbors;
}

interface Candidate {
  readonly vertex: number;
  readonly gain: number;
}

/** Orders vertices by the sum of their similarities above the mean, the later first on a tie. */
function byStrength({ rows: n, values }: Matrix): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const strengths = new Float64Array(n);
  for (let k = 0; k < values.length; k++) {
    strengths[Math.floor(k / n)] += values[k] > mean ? values[k] : 0;
  }
  const order = Array.from(strengths.keys());
  return order.sort((i, j) => strengths[j] - strengths[i] || j - i);
}

/** Finds the outside vertex that gains most from a triangle, the first on a tie. */
function bestVertex(
  { rows: n, values }: Matrix,
  outside: ReadonlySet<number>,
  [x, y, z]: readonly [number, number, number],
): Candidate {
  let vertex = -1;
  let gain = Number.NEGATIVE_INFINITY;
  for (const v of outside) {
    const sum = values[v * n + x] + values[v * n + y] + values[v * n + z];
    if (sum > gain) {
      gain = sum;
      vertex = v;
    }
  }
  return { vertex, gain };
}

/** Finds the triangle of greatest gain; for the last vertex, without rounding. */
function bestTriangle(candidates: readonly Candidate[], isExact: boolean): number {
  let chosen = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < candidates.length; k++) {
    const { gain } = candidates[k];
    const rounded = isExact ? gain : Math.round(gain * GAIN_SCALE);
    if (rounded > most) {
      most = rounded;
      chosen = k;
    }
  }
  return chosen;
}
