import {
  type AssetTree,
  assetClusters,
  clusterAssets,
  gapClusterCount,
  hierarchicalEqualRisk,
  hierarchicalRiskParity,
  type Matrix,
  measureClusterRisk,
  nestedClusters,
  schurComplementary,
} from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import { type ChoiceOutcome, VOLATILITY } from "./choice.ts";
import { distancesOf, withoutVolatility } from "./cluster-distances.ts";
import { compactText } from "./number-text.ts";
import type { TreeObjective } from "./rule-objectives.ts";
import { ruleOutcome } from "./rule-outcome.ts";
import type { OptimizationTask } from "./solve-task.ts";

/** Chooses weights that are split down a tree of alike assets. */
export function chooseByTree(
  objective: TreeObjective,
  task: OptimizationTask,
  estimates: EstimatesWithViews,
): ChoiceOutcome {
  const { limits, symbols } = task;
  const { clustering } = objective;
  const { covariance } = estimates;
  const zero = withoutVolatility(covariance, symbols);
  if (zero.length > 0) {
    return { status: "zero-volatility", symbols: zero };
  }
  const distances = distancesOf(clustering, estimates);
  const tree = clusterAssets(distances, clustering.linkage, clustering.optimalLeafOrder);
  switch (objective.kind) {
    case "hierarchical-risk-parity":
    case "hierarchical-equal-risk":
      return splitRisk(objective, { tree, distances }, task, estimates);
    case "nested-clusters": {
      const clusters = assetClusters(tree, distances, clustering.clusterCount);
      const { inner, outer } = objective;
      const riskFreeRate = task.riskFreeRatePerYear;
      const { expectedReturns } = estimates;
      const problem = { covariance, expectedReturns, riskFreeRate, clusters, inner, outer };
      return ruleOutcome(nestedClusters(problem, limits, symbols), objective, task);
    }
    case "schur-complementary": {
      const { gamma } = objective;
      const found = schurComplementary(covariance, tree.order, gamma, limits, symbols);
      const used = "gamma" in found ? found.gamma : gamma;
      const notices = used < gamma ? [gammaNotice(gamma, used)] : [];
      return ruleOutcome(found, objective, task, { notices });
    }
  }
}

interface MeasuredTree {
  readonly tree: AssetTree;
  readonly distances: Matrix;
}

function splitRisk(
  objective: Extract<
    TreeObjective,
    { kind: "hierarchical-risk-parity" | "hierarchical-equal-risk" }
  >,
  { tree, distances }: MeasuredTree,
  task: OptimizationTask,
  estimates: EstimatesWithViews,
): ChoiceOutcome {
  const { limits, symbols } = task;
  const { measure, clustering } = objective;
  const measured = measureClusterRisk(measure, estimates);
  if (measured.status === "zero-volatility") {
    return { status: "zero-volatility", symbols: measured.assets.map((i) => symbols[i] ?? "") };
  }
  const { risk } = measured;
  // Shares of the variance are those of the volatility.
  const known = { measure: measure.kind === "variance" ? VOLATILITY : measure };
  const { merges, order } = tree;
  if (objective.kind === "hierarchical-risk-parity") {
    const { withinBounds } = objective;
    const options = { order, risk, withinBounds };
    const found = hierarchicalRiskParity(estimates.covariance, limits, symbols, options);
    return ruleOutcome(found, objective, task, known);
  }
  const count = clustering.clusterCount ?? gapClusterCount(distances, merges);
  const { equalWithin } = objective;
  const options = { names: symbols, equalWithin };
  const found = hierarchicalEqualRisk({ merges, count }, risk, limits, options);
  return ruleOutcome(found, objective, task, known);
}

function gammaNotice(wanted: number, used: number) {
  return {
    reason: "SCHUR_GAMMA_REDUCED",
    description:
      `A gamma of ${compactText(wanted)} leaves no positive definite complement. The largest that ` +
      `does, ${compactText(used)}, was used.`,
  };
}
