import {
  clusterAssets,
  conditionNumber,
  correlationDistances,
  correlationFromCovariance,
} from "@portfolio/quant";
import { estimateWithViews } from "./apply-views.ts";
import type { EstimationTask, MomentsOutcome } from "./solve-task.ts";
import { volatilitiesOf } from "./volatilities.ts";

/** Estimates expected returns and covariance, and describes how the assets move together. */
export function estimateMoments(task: EstimationTask): MomentsOutcome {
  const found = estimateWithViews(task);
  if (found.status !== "estimated") {
    return found;
  }
  const { expectedReturns, covariance, shrinkage, views, notices } = found;
  const correlation = correlationFromCovariance(covariance);
  return {
    status: "solved",
    estimates: { expectedReturns, covariance },
    volatilities: volatilitiesOf(covariance),
    correlation,
    quality: { conditionNumber: conditionNumber(covariance), shrinkage },
    views,
    tree: clusterAssets(correlationDistances(correlation), "single"),
    notices,
  };
}
