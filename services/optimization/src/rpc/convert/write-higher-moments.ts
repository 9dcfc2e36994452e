import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  CoMomentsSchema,
  HigherMomentsSchema,
  LMomentsSchema,
} from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import type { LMoments } from "@portfolio/quant";
import type { HigherMoments } from "../../domain/analysis-task.ts";
import type { Position } from "../../domain/portfolio-problem.ts";
import type { CoMoments } from "../../domain/solve-task.ts";
import { writeMatrix } from "./write-numbers.ts";

/** Writes the shape of the distribution of a portfolio's returns. */
export function writeHigherMoments(
  positions: readonly Position[],
  { parts, lMoments, assets }: HigherMoments,
): MessageInitShape<typeof HigherMomentsSchema> {
  return {
    ...(parts && { skewness: parts.skewness, kurtosis: parts.kurtosis }),
    lMoments: writeLMoments(lMoments),
    assets: assets.map(({ skewness, kurtosis, lMoments: own }, i) => ({
      symbol: positions[i]?.symbol ?? "",
      ...(skewness !== undefined && { skewness }),
      ...(kurtosis !== undefined && { kurtosis }),
      lMoments: writeLMoments(own),
      coskewness: parts?.coskewness[i] ?? 0,
      cokurtosis: parts?.cokurtosis[i] ?? 0,
      skewnessContribution: parts?.skewnessParts[i] ?? 0,
      kurtosisContribution: parts?.kurtosisParts[i] ?? 0,
    })),
  };
}

function writeLMoments({
  skewness,
  kurtosis,
  ...moments
}: LMoments): MessageInitShape<typeof LMomentsSchema> {
  return {
    ...moments,
    ...(skewness !== undefined && { skewness }),
    ...(kurtosis !== undefined && { kurtosis }),
  };
}

/** Writes how returns move together beyond covariance. */
export function writeCoMoments({
  coskewness,
  cokurtosis,
}: CoMoments): MessageInitShape<typeof CoMomentsSchema> {
  return { coskewness: writeMatrix(coskewness), cokurtosis: writeMatrix(cokurtosis) };
}
