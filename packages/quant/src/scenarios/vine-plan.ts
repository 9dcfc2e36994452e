import { type PairCopula, transposed } from "./pair-copula.ts";
import type { VinePair } from "./vine-trees.ts";

/** How one asset is drawn, given those before. Numbers are places of conditional probabilities. */
export interface VineStep {
  readonly asset: number;
  /** One per asset before, from the first tree up. */
  readonly links: readonly VineLink[];
}

/** A pair copula of the asset u that is drawn with an asset v that was drawn before. */
export interface VineLink {
  readonly copula: PairCopula;
  readonly backwards: PairCopula;
  /** Of u and of v, given what the pair is given. */
  readonly u: number;
  readonly v: number;
  /** Of u given v besides, and of v given u. */
  readonly uGivenV: number;
  readonly vGivenU: number;
}

/** The steps that draw all assets, and how many places they need. */
export interface VinePlan {
  readonly steps: readonly VineStep[];
  readonly placeCount: number;
}

/**
 * Orders the assets of a vine, so that each is drawn by pairs with assets before it.
 *
 * The two assets of the last tree's pair each have one pair in every tree, among whose assets all
 * others are; one of them is drawn last, and the rest is a smaller vine.
 *
 * @param trees - Of n assets, n − 1 trees.
 * @param first - Asset to draw first. Any will do.
 */
export function planDraws(trees: readonly (readonly VinePair[])[], first: number): VinePlan {
  const n = trees.length + 1;
  const starts = treeStarts(trees);
  const drawn = new Set<number>();
  const steps: VineStep[] = [];
  for (let size = n; size > 1; size--) {
    const top = trees[size - 2].find(({ pair }) => pair.every((asset) => !drawn.has(asset)));
    const asset = top?.pair.find((each) => each !== first) ?? first;
    const links = trees.slice(0, size - 1).map((tree, level) => {
      const k = tree.findIndex(
        ({ pair }) => pair.includes(asset) && pair.every((each) => !drawn.has(each)),
      );
      return linkOf(trees, starts, level, k, asset);
    });
    steps.push({ asset, links });
    drawn.add(asset);
  }
  steps.push({ asset: first, links: [] });
  return { steps: steps.reverse(), placeCount: starts[n - 1] };
}

/** First place of each tree's pairs, which have two places each; assets have the first n. */
function treeStarts(trees: readonly (readonly VinePair[])[]): number[] {
  const starts = [trees.length + 1];
  for (const tree of trees) {
    starts.push(starts[starts.length - 1] + 2 * tree.length);
  }
  return starts;
}

function linkOf(
  trees: readonly (readonly VinePair[])[],
  starts: readonly number[],
  level: number,
  k: number,
  asset: number,
): VineLink {
  const { pair, joins, copula } = trees[level][k];
  const side = pair.indexOf(asset);
  const below = (end: number) => {
    const node = joins[end];
    return level === 0
      ? node
      : starts[level - 1] + 2 * node + trees[level - 1][node].pair.indexOf(pair[end]);
  };
  const backwards = transposed(copula);
  const own = starts[level] + 2 * k;
  return {
    copula: side === 0 ? copula : backwards,
    backwards: side === 0 ? backwards : copula,
    u: below(side),
    v: below(1 - side),
    uGivenV: own + side,
    vGivenU: own + 1 - side,
  };
}
