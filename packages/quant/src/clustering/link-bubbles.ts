import type { Matrix } from "../linalg/matrix.ts";
import { bubbleClusters } from "./bubble-clusters.ts";
import { type Bubble, bubbleTree } from "./bubble-tree.ts";
import { clusterMembers } from "./cut-tree.ts";
import { type FilteredNetwork, filterNetwork, similarityTo } from "./filtered-network.ts";
import { byDistance, type Edge, type Merge, numberMerges } from "./linkage.ts";
import { type Group, SpanningGroups } from "./spanning-groups.ts";

/**
 * Clusters items by their directed bubble hierarchical tree.
 *
 * Within clusters, items of one bubble merge first, then bubbles, then clusters: always the two
 * groups whose union has the shortest longest path. No number of clusters is asked for.
 *
 * @param distances - Shape (n, n), symmetric, n ≥ 4, in [0, 1].
 * @returns n − 1 merges. A merge within a cluster of m items has distance 1/(m − 1) … 1, one of
 *   clusters the number of them that become one.
 * @see Song, Di Matteo & Aste (2012), "Hierarchical Information Clustering by Means of
 *   Topologically Embedded Graphs", doi:10.1371/journal.pone.0031929
 */
export function linkBubbles(distances: Matrix): Merge[] {
  const network = filterNetwork(distances);
  const bubbles = bubbleTree(network.graph);
  const clusters = clusterMembers(bubbleClusters(bubbles, network));
  const homes = homeBubbles(bubbles, network);
  const edges: Edge[] = [];
  const groups = Object.values(clusters).map((members): Group => {
    let left = members.length - 1;
    const heightOf = () => 1 / left--;
    const inBubbles = Object.values(clusterMembers(Int32Array.from(members, (i) => homes[i]))).map(
      (places) => {
        const items = places.map((place) => ({
          label: members[place],
          members: [members[place]],
          parts: 1,
        }));
        return mergeGroups(items, network.paths, edges, heightOf);
      },
    );
    const { label } = mergeGroups(inBubbles, network.paths, edges, heightOf);
    return { label, members, parts: 1 };
  });
  mergeGroups(groups, network.paths, edges, (parts) => parts);
  return numberMerges(edges.sort(byDistance));
}

/** Finds the bubble of each item to whose similarities the item adds the largest share. */
function homeBubbles(bubbles: readonly Bubble[], { similarity }: FilteredNetwork): Int32Array {
  const homes = new Int32Array(similarity.rows);
  const most = new Float64Array(similarity.rows).fill(Number.NEGATIVE_INFINITY);
  for (const [bubble, { vertices }] of bubbles.entries()) {
    const strengths = vertices.map((vertex) => similarityTo(similarity, vertex, vertices));
    const total = strengths.reduce((sum, strength) => sum + strength, 0) / 2;
    for (const [k, vertex] of vertices.entries()) {
      const share = total > 0 ? strengths[k] / total : 0;
      if (share > most[vertex]) {
        most[vertex] = share;
        homes[vertex] = bubble;
      }
    }
  }
  return homes;
}

/** Merges groups until one is left, and adds its edges to those made before. */
function mergeGroups(
  groups: readonly Group[],
  paths: Matrix,
  edges: Edge[],
  heightOf: (parts: number) => number,
): Group {
  const open = new SpanningGroups(groups, paths);
  for (let merge = 1; merge < groups.length; merge++) {
    const { one, other, union } = open.mergeNearest(paths.rows + edges.length);
    edges.push({ from: one.members[0], to: other.members[0], distance: heightOf(union.parts) });
  }
  return open.first;
}
