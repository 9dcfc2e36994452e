import { kendallTau } from "../statistics/kendall-tau.ts";
import {
  conditionalProbability,
  fitPairCopula,
  type PairCopula,
  transposed,
} from "./pair-copula.ts";

/** A pair of assets and their copula, given other assets: an edge of a tree of a vine. */
export interface VinePair {
  /** The assets u and v of the copula. */
  readonly pair: readonly [number, number];
  /** Assets on which both depend besides, as many as there are trees before. */
  readonly given: readonly number[];
  readonly copula: PairCopula;
  /**
   * Which pairs of the tree before it joins, by their index, the first with the first asset of the
   * pair; of the first tree, the assets themselves.
   */
  readonly joins: readonly [number, number];
}

/** Assets of a tree, which are pairs of the tree before, and what is observed of them. */
interface VineNode {
  /** Those whose probabilities are observed, given the other members: two, or an asset alone. */
  readonly free: readonly number[];
  readonly members: ReadonlySet<number>;
  /** Conditional probabilities of each free asset, one per period. */
  readonly observed: readonly Float64Array[];
  /** Nodes of the tree before. Two nodes may be joined only if they share one. */
  readonly joins: readonly number[];
}

/**
 * Selects the trees of a regular vine: of each, the one that joins the pairs of largest |τ|.
 *
 * @param ranks - Series of uniform numbers, one per asset.
 * @returns n − 1 trees, the first of n − 1 pairs.
 */
export function selectTrees(ranks: readonly Float64Array[]): (readonly VinePair[])[] {
  let nodes: readonly VineNode[] = ranks.map((series, asset) => ({
    free: [asset],
    members: new Set([asset]),
    observed: [series],
    joins: [],
  }));
  const trees: VinePair[][] = [];
  while (nodes.length > 1) {
    const below = nodes;
    const pairs = maximumSpanningTree(below).map((joins) => fitPair(below, joins));
    nodes = pairs.map((pair) => nodeOf(pair, below));
    trees.push(pairs);
  }
  return trees;
}

/** Grows the tree of largest |τ| from the first node (Prim). */
function maximumSpanningTree(nodes: readonly VineNode[]): [number, number][] {
  const strongest = new Float64Array(nodes.length).fill(-1);
  const neighbor = new Int32Array(nodes.length);
  const outside = new Set(Array.from({ length: nodes.length - 1 }, (_, k) => k + 1));
  const edges: [number, number][] = [];
  for (let last = 0; outside.size > 0; ) {
    let next = -1;
    for (const k of outside) {
      const strength = strengthOf(nodes[last], nodes[k]);
      if (strength > strongest[k]) {
        strongest[k] = strength;
        neighbor[k] = last;
      }
      next = next === -1 || strongest[k] > strongest[next] ? k : next;
    }
    edges.push([neighbor[next], next]);
    outside.delete(next);
    last = next;
  }
  return edges;
}

/** Size of τ of two nodes; −1 where they may not be joined. */
function strengthOf(one: VineNode, other: VineNode): number {
  const mayJoin = one.joins.length === 0 || one.joins.some((node) => other.joins.includes(node));
  return mayJoin
    ? Math.abs(kendallTau(observedOf(one, ownOf(one, other)), observedOf(other, ownOf(other, one))))
    : -1;
}

/** The asset of a node that another, which shares the rest, does not have. */
function ownOf(node: VineNode, other: VineNode): number {
  return node.free.find((asset) => !other.members.has(asset)) ?? node.free[0];
}

function observedOf({ free, observed }: VineNode, asset: number): Float64Array {
  return observed[free.indexOf(asset)];
}

function fitPair(nodes: readonly VineNode[], joins: readonly [number, number]): VinePair {
  const [one, other] = joins.map((k) => nodes[k]);
  const [u, v] = [ownOf(one, other), ownOf(other, one)];
  return {
    pair: [u, v],
    given: [...one.members].filter((asset) => other.members.has(asset)),
    copula: fitPairCopula(observedOf(one, u), observedOf(other, v)),
    joins,
  };
}

function nodeOf({ pair, given, copula, joins }: VinePair, nodes: readonly VineNode[]): VineNode {
  const [u, v] = pair.map((asset, side) => observedOf(nodes[joins[side]], asset));
  const backwards = transposed(copula);
  return {
    free: pair,
    members: new Set([...pair, ...given]),
    observed: [
      u.map((value, t) => conditionalProbability(copula, value, v[t])),
      v.map((value, t) => conditionalProbability(backwards, value, u[t])),
    ],
    joins,
  };
}
