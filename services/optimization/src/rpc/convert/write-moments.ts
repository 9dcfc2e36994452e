import type { MessageInitShape } from "@bufbuild/protobuf";
import type { EstimateMomentsResponseSchema } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type {
  EstimatesSchema,
  ViewsEffectSchema,
} from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import type { MomentsReport } from "../../app/estimate-moments.ts";
import type { EstimationProblem } from "../../domain/portfolio-problem.ts";
import type { Moments } from "../../domain/solve-task.ts";
import type { ViewsEffect } from "../../domain/views-method.ts";
import { writeDatesUsed, writeProvenance } from "./write-basis.ts";
import { writeCoMoments } from "./write-higher-moments.ts";
import { writeMatrix } from "./write-numbers.ts";

/** Writes the answer to `EstimateMoments`. */
export function writeMoments(
  { symbols }: EstimationProblem,
  report: MomentsReport,
): MessageInitShape<typeof EstimateMomentsResponseSchema> {
  const { views, tree } = report;
  const datesUsed = writeDatesUsed(report.panel);
  return {
    symbols: [...symbols],
    estimates: writeEstimates(report.estimates),
    volatilitiesPerYear: Array.from(report.volatilities),
    correlation: writeMatrix(report.correlation),
    estimateQuality: report.quality,
    ...(views && { views: writeViewsEffect(views) }),
    tree: { leafOrder: [...tree.order], merges: [...tree.merges] },
    ...(datesUsed && { datesUsed }),
    provenance: writeProvenance(report.provenance),
    notices: [...report.notices],
    ...(report.coMoments && { coMoments: writeCoMoments(report.coMoments) }),
  };
}

/** Writes the inputs of the optimizer. */
export function writeEstimates({
  expectedReturns,
  covariance,
}: Moments["estimates"]): MessageInitShape<typeof EstimatesSchema> {
  return {
    expectedReturnsPerYear: Array.from(expectedReturns),
    covariancePerYear: writeMatrix(covariance),
  };
}

/** Writes what views did. */
export function writeViewsEffect(effect: ViewsEffect): MessageInitShape<typeof ViewsEffectSchema> {
  return {
    priorReturnsPerYear: Array.from(effect.priorReturnsPerYear),
    posteriorReturnsPerYear: Array.from(effect.posteriorReturnsPerYear),
    priorVolatilitiesPerYear: Array.from(effect.priorVolatilitiesPerYear),
    posteriorVolatilitiesPerYear: Array.from(effect.posteriorVolatilitiesPerYear),
    views: [...effect.views],
    effectiveScenarioFraction: effect.effectiveScenarioFraction,
  };
}
