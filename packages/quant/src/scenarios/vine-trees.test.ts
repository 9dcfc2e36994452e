import { describe, expect, it } from "vitest";
import { matrixOf, readReference } from "../../test/reference.ts";
import { singleLinkage } from "../clustering/linkage.ts";
import { kendallTau } from "../statistics/kendall-tau.ts";
import { pseudoObservations } from "./margins.ts";
import { planDraws } from "./vine-plan.ts";
import { selectTrees, type VinePair } from "./vine-trees.ts";

const { returns: days } = readReference<{ readonly returns: readonly number[] }>(
  "entropy-pooling.json",
);
const RANKS = pseudoObservations(matrixOf(days, 5));
const TREES = selectTrees(RANKS);

function membersOf({ pair, given }: VinePair): number[] {
  return [...pair, ...given].toSorted();
}

describe("selectTrees", () => {
  it("has a pair of every two assets once, given one more in each tree", () => {
    const pairs = TREES.flat().map(({ pair }) => pair.toSorted().join());

    expect(TREES.map((tree) => tree.length)).toEqual([4, 3, 2, 1]);
    expect(new Set(pairs).size).toBe(10);
    for (const [level, tree] of TREES.entries()) {
      expect(tree.every(({ given }) => new Set(given).size === level)).toBe(true);
    }
  });

  it("joins only pairs that share all but one asset each", () => {
    for (const [level, tree] of TREES.entries()) {
      for (const { pair, given, joins } of level === 0 ? [] : tree) {
        const [one, other] = joins.map((k) => TREES[level - 1][k]);
        expect(membersOf(one)).toEqual([pair[0], ...given].toSorted());
        expect(membersOf(other)).toEqual([pair[1], ...given].toSorted());
        expect(one.joins.some((node) => other.joins.includes(node))).toBe(true);
      }
    }
  });

  it("begins with the tree of largest tau", () => {
    const n = RANKS.length;
    const weakness = Float64Array.from({ length: n * n }, (_, k) =>
      k % (n + 1) === 0 ? 0 : 1 - Math.abs(kendallTau(RANKS[Math.floor(k / n)], RANKS[k % n])),
    );

    const least = singleLinkage({ rows: n, cols: n, values: weakness });

    const chosen = TREES[0].map(({ pair: [u, v] }) => weakness[u * n + v]);
    expect(chosen.toSorted()).toEqual(least.map(({ distance }) => distance).toSorted());
  });
});

describe("planDraws", () => {
  it.each([0, 1, 2, 3, 4])("draws all assets from asset %i on, by what is known", (first) => {
    const { steps, placeCount } = planDraws(TREES, first);

    expect(steps[0]).toEqual({ asset: first, links: [] });
    expect(steps.map(({ asset }) => asset).toSorted()).toEqual([0, 1, 2, 3, 4]);
    const known = new Set<number>();
    for (const [k, { asset, links }] of steps.entries()) {
      expect(links).toHaveLength(k);
      expect(links.every(({ v }) => known.has(v))).toBe(true);
      known.add(asset);
      for (const { u, uGivenV, vGivenU } of links) {
        expect(known.has(u)).toBe(true);
        known.add(uGivenV).add(vGivenU);
      }
    }
    expect(known.size).toBe(placeCount);
  });
});
