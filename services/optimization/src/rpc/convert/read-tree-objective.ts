import {
  Distance,
  type Clustering as WireClustering,
  NestedGoal as WireGoal,
  Linkage as WireLinkage,
  type Objective as WireObjective,
} from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import type { AssetDistance, Linkage, NestedGoal, PortfolioMeasure } from "@portfolio/quant";
import type { ClusteringMethod, TreeObjective } from "../../domain/rule-objectives.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readRiskMeasure } from "./read-risk-measure.ts";

const VARIANCE: PortfolioMeasure = { kind: "variance" };
const GAMMA = 0.5;

const DISTANCES: Readonly<Record<Distance, AssetDistance>> = {
  [Distance.UNSPECIFIED]: "pearson",
  [Distance.PEARSON]: "pearson",
  [Distance.ABSOLUTE_PEARSON]: "absolute-pearson",
  [Distance.SPEARMAN]: "spearman",
  [Distance.KENDALL]: "kendall",
  [Distance.DISTANCE_CORRELATION]: "distance-correlation",
  [Distance.VARIATION_OF_INFORMATION]: "variation-of-information",
  [Distance.LOWER_TAIL_DEPENDENCE]: "lower-tail-dependence",
};

const LINKAGES: Readonly<Record<WireLinkage, Linkage | undefined>> = {
  [WireLinkage.UNSPECIFIED]: undefined,
  [WireLinkage.SINGLE]: "single",
  [WireLinkage.COMPLETE]: "complete",
  [WireLinkage.AVERAGE]: "average",
  [WireLinkage.WEIGHTED]: "weighted",
  [WireLinkage.WARD]: "ward",
  [WireLinkage.CENTROID]: "centroid",
  [WireLinkage.MEDIAN]: "median",
  [WireLinkage.DIRECTED_BUBBLE]: "directed-bubble",
};

const GOALS: Readonly<Record<WireGoal, NestedGoal>> = {
  [WireGoal.UNSPECIFIED]: "minimum-variance",
  [WireGoal.MINIMUM_VARIANCE]: "minimum-variance",
  [WireGoal.MAXIMUM_SHARPE]: "maximum-sharpe",
  [WireGoal.RISK_PARITY]: "risk-parity",
  [WireGoal.EQUAL_WEIGHT]: "equal-weight",
  [WireGoal.INVERSE_VOLATILITY]: "inverse-volatility",
};

type TreeGoal = Extract<
  WireObjective["goal"],
  {
    case:
      | "hierarchicalRiskParity"
      | "hierarchicalEqualRisk"
      | "nestedClusters"
      | "schurComplementary";
  }
>;

/**
 * Reads an objective that splits weights down a tree.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `RISK_MEASURE_MISSING`.
 */
export function readTreeObjective(goal: TreeGoal, assetCount: number): TreeObjective {
  const { clustering } = goal.value;
  const isBisected = goal.case === "hierarchicalRiskParity" || goal.case === "schurComplementary";
  const clusterBy = (name: string, linkage: Linkage) =>
    readClustering(clustering, {
      field: `objective.${name}.clustering`,
      linkage,
      countMax: isBisected ? 0 : assetCount,
    });
  switch (goal.case) {
    case "hierarchicalRiskParity": {
      const name = "hierarchical_risk_parity";
      return {
        kind: "hierarchical-risk-parity",
        clustering: clusterBy(name, "single"),
        measure: measureOf(goal, name),
        withinBounds: goal.value.withinBounds,
      };
    }
    case "hierarchicalEqualRisk": {
      const name = "hierarchical_equal_risk";
      return {
        kind: "hierarchical-equal-risk",
        clustering: clusterBy(name, "ward"),
        measure: measureOf(goal, name),
        equalWithin: goal.value.equalWithin,
      };
    }
    case "nestedClusters":
      return {
        kind: "nested-clusters",
        clustering: clusterBy("nested_clusters", "ward"),
        inner: GOALS[goal.value.inner],
        outer: GOALS[goal.value.outer],
      };
    case "schurComplementary": {
      const { gamma = GAMMA } = goal.value;
      const field = "objective.schur_complementary.gamma";
      checkNumbers([{ field, value: gamma, min: 0, max: 1 }]);
      const clustering = clusterBy("schur_complementary", "ward");
      return { kind: "schur-complementary", clustering, gamma };
    }
  }
}

interface ClusteringContext {
  /** JSON path of the message. */
  readonly field: string;
  /** The usual linkage of the objective. */
  readonly linkage: Linkage;
  /** 0 for a tree that is bisected by leaves, and not cut into clusters. */
  readonly countMax: number;
}

/**
 * Reads how alike assets are put into clusters.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`.
 */
export function readClustering(
  message: WireClustering | undefined,
  { field, linkage, countMax }: ClusteringContext,
): ClusteringMethod {
  const clusterCount = message?.clusterCount ?? 0;
  checkNumbers([{ field: `${field}.cluster_count`, value: clusterCount, min: 0, max: countMax }]);
  return {
    distance: DISTANCES[message?.distance ?? Distance.UNSPECIFIED],
    linkage: LINKAGES[message?.linkage ?? WireLinkage.UNSPECIFIED] ?? linkage,
    clusterCount: clusterCount > 0 ? clusterCount : undefined,
    optimalLeafOrder: message?.optimalLeafOrder ?? false,
  };
}

function measureOf(
  { value }: Extract<TreeGoal, { case: "hierarchicalRiskParity" | "hierarchicalEqualRisk" }>,
  name: string,
): PortfolioMeasure {
  return value.measure === undefined
    ? VARIANCE
    : readRiskMeasure(value.measure, `objective.${name}.measure`);
}
