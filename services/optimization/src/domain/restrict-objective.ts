import type { Matrix } from "@portfolio/quant";
import type { Objective } from "./methods.ts";
import type { TreeObjective } from "./rule-objectives.ts";
import { takeEntries } from "./take-assets.ts";

/**
 * Restricts an objective to some assets: budgets and loadings are those of the assets, and there are
 * no more clusters and components than assets.
 *
 * @param assets - Indices, ascending, at least one.
 */
export function restrictObjective(objective: Objective, assets: readonly number[]): Objective {
  switch (objective.kind) {
    case "risk-parity":
      return { ...objective, budgets: objective.budgets && takeEntries(objective.budgets, assets) };
    case "factor-risk-parity": {
      const { componentCount, loadings } = objective;
      return {
        ...objective,
        componentCount: componentCount && Math.min(componentCount, assets.length),
        loadings: loadings && takeRows(loadings, assets),
      };
    }
    case "hierarchical-risk-parity":
    case "hierarchical-equal-risk":
    case "nested-clusters":
    case "schur-complementary":
      return restrictTree(objective, assets.length);
    default:
      return objective;
  }
}

function restrictTree(objective: TreeObjective, assetCount: number): TreeObjective {
  const { clusterCount } = objective.clustering;
  return {
    ...objective,
    clustering: {
      ...objective.clustering,
      clusterCount: clusterCount && Math.min(clusterCount, assetCount),
    },
  };
}

function takeRows({ cols, values }: Matrix, rows: readonly number[]): Matrix {
  const taken = rows.flatMap((row) => Array.from(values.subarray(row * cols, (row + 1) * cols)));
  return { rows: rows.length, cols, values: Float64Array.from(taken) };
}
