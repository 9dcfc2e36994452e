import { describe, expect, it } from "vitest";
import { largestDifference, readReference } from "../../../test/reference.ts";
import { sampleReturns } from "../../../test/sample-returns.ts";
import { correlationDistances } from "../../clustering/asset-distances.ts";
import { assetClusters, clusterAssets } from "../../clustering/cluster-assets.ts";
import type { Linkage } from "../../clustering/merged-distance.ts";
import { correlationFromCovariance } from "../../covariance/correlation.ts";
import { sampleCovariance } from "../../covariance/sample-covariance.ts";
import { historicalMean } from "../../expected-returns/historical-mean.ts";
import { measureClusterRisk } from "../../portfolio/measure-cluster-risk.ts";
import type { PortfolioMeasure } from "../../portfolio/portfolio-model.ts";
import { hierarchicalEqualRisk } from "./hierarchical-equal-risk.ts";
import { hierarchicalRiskParity } from "./hierarchical-risk-parity.ts";
import { type NestedGoal, nestedClusters } from "./nested-clusters.ts";
import { schurComplementary } from "./schur-complementary.ts";

type Kind = "variance" | "standard-deviation" | "cvar" | "cdar";

interface Hierarchies {
  readonly hierarchicalRiskParity: readonly {
    readonly measure: Kind;
    readonly linkage: Linkage;
    readonly lower: number;
    readonly upper: number;
    readonly weights: readonly number[];
  }[];
  readonly equalRisk: readonly {
    readonly measure: Kind;
    readonly linkage: Linkage;
    readonly count: number;
    readonly equalWithin: boolean;
    readonly weights: readonly number[];
  }[];
  readonly nested: readonly {
    readonly inner: NestedGoal;
    readonly outer: NestedGoal;
    readonly count: number;
    readonly weights: readonly number[];
  }[];
  readonly schur: readonly { readonly gamma: number; readonly weights: readonly number[] }[];
}

const reference = readReference<Hierarchies>("hierarchies.json");
const returns = sampleReturns(300);
const covariance = sampleCovariance(returns);
const distances = correlationDistances(correlationFromCovariance(covariance));

function within(lower: number, upper: number) {
  return {
    lower: new Float64Array(20).fill(lower),
    upper: new Float64Array(20).fill(upper),
    budget: 1,
    rows: [],
  };
}

function riskOf(kind: Kind) {
  const measure: PortfolioMeasure =
    kind === "cvar" || kind === "cdar" ? { kind, level: 0.95 } : { kind };
  const found = measureClusterRisk(measure, { covariance, scenarios: { returns } });
  if (found.status !== "positive") {
    throw new Error(found.status);
  }
  return found.risk;
}

describe("allocation down a tree", () => {
  it.each(reference.hierarchicalRiskParity)(
    "is skfolio's hierarchical risk parity by $measure, $linkage, from $lower to $upper",
    ({ measure, linkage, lower, upper, weights }) => {
      const { order } = clusterAssets(distances, linkage);
      const found = hierarchicalRiskParity(covariance, within(lower, upper), [], {
        order,
        risk: riskOf(measure),
        withinBounds: true,
      });

      expect(found.status).toBe("satisfied");
      expect(largestDifference("weights" in found ? found.weights : [], weights)).toBeLessThan(
        1e-10,
      );
    },
  );

  it.each(reference.equalRisk)(
    "is Riskfolio-Lib's hierarchical equal risk by $measure, $linkage, $count clusters",
    ({ measure, linkage, count, equalWithin, weights }) => {
      const { merges } = clusterAssets(distances, linkage);
      const found = hierarchicalEqualRisk({ merges, count }, riskOf(measure), within(0, 1), {
        equalWithin,
      });

      expect(largestDifference(found.weights, weights)).toBeLessThan(1e-10);
    },
  );

  it.each(reference.nested)("nests $inner in $outer", ({ inner, outer, count, weights }) => {
    const clusters = assetClusters(clusterAssets(distances, "ward"), distances, count);
    const found = nestedClusters(
      {
        covariance,
        expectedReturns: historicalMean(returns),
        riskFreeRate: 0.02 / 252,
        clusters,
        inner,
        outer,
      },
      within(0, 1),
    );

    expect(largestDifference("weights" in found ? found.weights : [], weights)).toBeLessThan(1e-6);
  });

  it.each(reference.schur)("is skfolio's Schur allocation at $gamma", ({ gamma, weights }) => {
    const { order } = clusterAssets(distances, "ward");
    const found = schurComplementary(covariance, order, gamma, within(0, 1));

    expect(found).toMatchObject({ status: "satisfied", gamma });
    expect(largestDifference("weights" in found ? found.weights : [], weights)).toBeLessThan(1e-10);
  });

  it("lowers γ where the complement is not positive definite", () => {
    const { order } = clusterAssets(distances, "ward");
    const found = schurComplementary(covariance, order, 1, within(0, 1));

    expect("gamma" in found ? found.gamma : 1).toBeLessThan(1);
    expect("gamma" in found ? found.gamma : 0).toBeGreaterThan(0.5);
    expect(found.status).toBe("satisfied");
  });
});
