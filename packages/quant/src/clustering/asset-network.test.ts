import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../test/reference.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { correlationDistances } from "./asset-distances.ts";
import {
  type AssetNetwork,
  assetNetwork,
  type NetworkKind,
  nearbySets,
  stepsFrom,
} from "./asset-network.ts";
import { type CentralityMeasure, networkCentrality } from "./network-centrality.ts";

interface Case {
  /** Below the diagonal, row by row. */
  readonly correlation: readonly number[];
  readonly networks: Readonly<
    Record<
      NetworkKind,
      {
        readonly ties: readonly (readonly [number, number])[];
        readonly withinTwo: readonly (readonly [number, number])[];
        readonly centrality: Readonly<Record<CentralityMeasure, readonly number[]>>;
      }
    >
  >;
}

const KINDS: readonly NetworkKind[] = ["minimum-spanning-tree", "planar"];

function distancesOf({ correlation }: Pick<Case, "correlation">): Matrix {
  const n = (1 + Math.sqrt(1 + 8 * correlation.length)) / 2;
  const values = new Float64Array(n * n);
  for (let i = 0, k = 0; i < n; i++) {
    values[i * n + i] = 1;
    for (let j = 0; j < i; j++, k++) {
      values[i * n + j] = correlation[k] ?? 0;
      values[j * n + i] = correlation[k] ?? 0;
    }
  }
  return correlationDistances({ rows: n, cols: n, values });
}

/** The pairs that at least one of some sets holds. */
function pairsIn(sets: readonly (readonly number[])[]): string[] {
  const pairs = sets.flatMap((set) =>
    set.flatMap((i, k) => set.slice(k + 1).map((j) => `${i} ${j}`)),
  );
  return [...new Set(pairs)].sort();
}

function pairsWithin(network: AssetNetwork, steps: number): string[] {
  return network.neighbors
    .flatMap((_, i) =>
      [...stepsFrom(network, i)].flatMap((count, j) =>
        j > i && count <= steps ? [`${i} ${j}`] : [],
      ),
    )
    .sort();
}

describe("a network of assets", () => {
  const cases = readReference<Case[]>("networks.json");
  const trials = cases.flatMap((own, k) =>
    KINDS.map((kind) => ({ own, kind, name: `${kind} ${k + 1}` })),
  );

  it.each(trials)("ties the assets that Riskfolio-Lib ties: $name", ({ own, kind }) => {
    const network = assetNetwork(distancesOf(own), kind);

    const { ties, withinTwo } = own.networks[kind];
    expect(pairsIn(nearbySets(network, 1))).toEqual(pairsIn(ties));
    expect(pairsIn(nearbySets(network, 2))).toEqual(pairsIn(withinTwo));
  });

  it.each(trials)("has the centralities of Riskfolio-Lib: $name", ({ own, kind }) => {
    const network = assetNetwork(distancesOf(own), kind);

    for (const [measure, expected] of Object.entries(own.networks[kind].centrality)) {
      const found = networkCentrality(network, measure as CentralityMeasure);
      expect(largestDifference(found, expected), measure).toBeLessThan(1e-10);
    }
  });

  it.each([3, 4, 5])("has every pair within %i steps in a set, and no other", (steps) => {
    for (const own of cases) {
      for (const kind of KINDS) {
        const network = assetNetwork(distancesOf(own), kind);
        expect(pairsIn(nearbySets(network, steps))).toEqual(pairsWithin(network, steps));
      }
    }
  });

  it.each([1, 2, 3])("is drawn of %i assets", (n) => {
    const distances = { rows: n, cols: n, values: new Float64Array(n * n).fill(0.5) };
    const measures = Object.keys(cases[0]?.networks.planar.centrality ?? {});

    for (const kind of KINDS) {
      const network = assetNetwork(distances, kind);
      expect(pairsIn(nearbySets(network, 2))).toHaveLength((n * (n - 1)) / 2);
      for (const measure of measures) {
        const found = networkCentrality(network, measure as CentralityMeasure);
        expect(found.every(Number.isFinite)).toBe(true);
      }
    }
  });
});
