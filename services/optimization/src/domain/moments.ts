import {
  clusterAssets,
  conditionNumber,
  correlationDistances,
  correlationFromCovariance,
  simpleReturns,
} from "@portfolio/quant";
import { estimateWithViews } from "./apply-views.ts";
import { coMoments } from "./higher-moments.ts";
import type { MomentsOutcome, MomentsTask } from "./solve-task.ts";
import { volatilitiesOf } from "./volatilities.ts";

/** Estimates expected returns and covariance, and describes how the assets move together. */
export function estimateMoments(task: MomentsTask): MomentsOutcome {
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
    coMoments:
      task.includeCoMoments && task.closes ? coMoments(simpleReturns(task.closes)) : undefined,
    tree: clusterAssets(correlationDistances(correlation), "single"),
    notices,
  };
}
