import { type Bubble, subtreeSizes } from "./bubble-tree.ts";
import { type FilteredNetwork, similarityTo } from "./filtered-network.ts";

/**
 * Assigns each vertex to one of the bubbles to which the directed bubble tree leads.
 *
 * A triangle between two bubbles points to the side to which it is more similar. A bubble that no
 * triangle leaves is converging: it makes a cluster of its vertices, each in the bubble to which it
 * is most similar, and of those that are led to it and nearest to these on average.
 *
 * @returns The cluster of each vertex, numbered in the order of the converging bubbles.
 * @see Song, Di Matteo & Aste (2012), "Hierarchical Information Clustering by Means of
 *   Topologically Embedded Graphs", doi:10.1371/journal.pone.0031929
 */
export function bubbleClusters(bubbles: readonly Bubble[], network: FilteredNetwork): Int32Array {
  const n = network.similarity.rows;
  const pointsUp = directBubbles(bubbles, network);
  const converging = convergingBubbles(bubbles, pointsUp);
  const clusters = new Int32Array(n).fill(-1);
  const most = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  for (const [cluster, bubble] of converging.entries()) {
    for (const vertex of bubbles[bubble].vertices) {
      const strength = similarityTo(network.similarity, vertex, bubbles[bubble].vertices);
      if (strength > most[vertex]) {
        most[vertex] = strength;
        clusters[vertex] = cluster;
      }
    }
  }
  const cores = converging.map((bubble, cluster) =>
    bubbles[bubble].vertices.filter((vertex) => clusters[vertex] === cluster),
  );
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const nearestCluster = new Int32Array(n);
  for (const [cluster, bubble] of converging.entries()) {
    for (const vertex of verticesLedTo(bubble, bubbles, pointsUp, n)) {
      const distance = meanPath(network, vertex, cores[cluster]);
      if (distance < nearest[vertex]) {
        nearest[vertex] = distance;
        nearestCluster[vertex] = cluster;
      }
    }
  }
  return clusters.map((cluster, vertex) => (cluster < 0 ? nearestCluster[vertex] : cluster));
}

/** Tells of each bubble whether the triangle to its parent points to the parent. */
function directBubbles(bubbles: readonly Bubble[], network: FilteredNetwork): Uint8Array {
  const { neighbors, similarity } = network;
  const n = similarity.rows;
  const { isBelow } = placesOf(bubbles, n);
  return Uint8Array.from(bubbles, ({ triangle }, bubble) => {
    // What ties the triangle to vertices above it, less what ties it to those below.
    let pull = 0;
    for (const corner of triangle) {
      for (const neighbor of neighbors[corner].filter((vertex) => !triangle.includes(vertex))) {
        const weight = similarity.values[corner * n + neighbor];
        pull += isBelow(neighbor, bubble) ? -weight : weight;
      }
    }
    return pull > 0 ? 1 : 0;
  });
}

/** Tells whether all bubbles of a vertex lie in the branch of a bubble. */
function placesOf(bubbles: readonly Bubble[], n: number) {
  const parents = Int32Array.from(bubbles, ({ parent }) => parent);
  const sizes = subtreeSizes(parents);
  const places = new Int32Array(bubbles.length);
  const free = new Int32Array(bubbles.length).fill(1);
  const homes = new Int32Array(n).fill(-1);
  for (const [bubble, { parent, vertices }] of bubbles.entries()) {
    if (parent >= 0) {
      places[bubble] = free[parent];
      free[parent] += sizes[bubble];
      free[bubble] = places[bubble] + 1;
    }
    for (const vertex of vertices) {
      homes[vertex] = homes[vertex] < 0 ? bubble : homes[vertex];
    }
  }
  return {
    isBelow(vertex: number, bubble: number): boolean {
      const place = places[homes[vertex]] - places[bubble];
      return place >= 0 && place < sizes[bubble];
    },
  };
}

function convergingBubbles(bubbles: readonly Bubble[], pointsUp: Uint8Array): number[] {
  const isLeft = Uint8Array.from(pointsUp);
  isLeft[0] = 0;
  for (let bubble = 1; bubble < bubbles.length; bubble++) {
    if (pointsUp[bubble] === 0) {
      isLeft[bubbles[bubble].parent] = 1;
    }
  }
  return Array.from(bubbles.keys()).filter((bubble) => isLeft[bubble] === 0);
}

/** Lists the vertices of all bubbles from which directed triangles lead to one. */
function verticesLedTo(
  target: number,
  bubbles: readonly Bubble[],
  pointsUp: Uint8Array,
  n: number,
): number[] {
  const isLed = new Uint8Array(bubbles.length);
  isLed[target] = 1;
  // Up from the target, as long as triangles point down to it.
  for (let at = target; at > 0 && pointsUp[at] === 0; at = bubbles[at].parent) {
    isLed[bubbles[at].parent] = 1;
  }
  const isMember = new Uint8Array(n);
  for (const [bubble, { parent, vertices }] of bubbles.entries()) {
    if (bubble > 0 && pointsUp[bubble] === 1 && isLed[parent] === 1) {
      isLed[bubble] = 1;
    }
    if (isLed[bubble] === 1) {
      for (const vertex of vertices) {
        isMember[vertex] = 1;
      }
    }
  }
  return Array.from(isMember.keys()).filter((vertex) => isMember[vertex] === 1);
}

/** The mean length of the paths from a vertex to some; infinite to none. */
function meanPath({ paths }: FilteredNetwork, vertex: number, to: readonly number[]): number {
  let sum = 0;
  for (const other of to) {
    sum += paths.values[vertex * paths.rows + other];
  }
  return to.length === 0 ? Number.POSITIVE_INFINITY : sum / to.length;
}
