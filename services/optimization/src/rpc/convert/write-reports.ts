import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  AllocateSharesResponseSchema,
  AnalyzePortfolioResponseSchema,
  OptimizePortfolioResponseSchema,
  TraceFrontierResponseSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type {
  DrawdownSchema,
  FrontierPointSchema,
  ViewsEffectSchema,
} from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import type { Drawdown } from "@portfolio/quant";
import type { AllocationReport } from "../../app/allocate-shares.ts";
import type { AnalysisReport } from "../../app/analyze-portfolio.ts";
import type { OptimizationReport } from "../../app/optimize-portfolio.ts";
import type { FrontierReport } from "../../app/trace-frontier.ts";
import type {
  AnalysisProblem,
  FrontierProblem,
  OptimizationProblem,
} from "../../domain/portfolio-problem.ts";
import type { EfficientPoint } from "../../domain/solve-task.ts";
import type { ViewsEffect } from "../../domain/views-method.ts";
import { writeDatesUsed, writeProvenance } from "./write-basis.ts";
import { writeMatrix, writeSeries } from "./write-numbers.ts";

/** Writes the answer to `OptimizePortfolio`. */
export function writeOptimization(
  { symbols }: OptimizationProblem,
  { portfolio, panel, provenance, notices, views }: OptimizationReport,
): MessageInitShape<typeof OptimizePortfolioResponseSchema> {
  const datesUsed = writeDatesUsed(panel);
  return {
    weights: symbols.map((symbol, i) => ({
      symbol,
      weight: portfolio.weights[i] ?? 0,
      riskShare: portfolio.riskShares[i] ?? 0,
    })),
    expectedReturnPerYear: portfolio.expectedReturnPerYear,
    volatilityPerYear: portfolio.volatilityPerYear,
    sharpeRatio: portfolio.sharpeRatio,
    ...(datesUsed && { datesUsed }),
    provenance: writeProvenance(provenance),
    notices: [...notices],
    ...(views && { views: writeViewsEffect(views) }),
  };
}

function writeViewsEffect(effect: ViewsEffect): MessageInitShape<typeof ViewsEffectSchema> {
  return {
    priorReturnsPerYear: Array.from(effect.priorReturnsPerYear),
    posteriorReturnsPerYear: Array.from(effect.posteriorReturnsPerYear),
    priorVolatilitiesPerYear: Array.from(effect.priorVolatilitiesPerYear),
    posteriorVolatilitiesPerYear: Array.from(effect.posteriorVolatilitiesPerYear),
    views: [...effect.views],
    effectiveScenarioFraction: effect.effectiveScenarioFraction,
  };
}

/** Writes the answer to `TraceFrontier`. */
export function writeFrontier(
  { symbols }: FrontierProblem,
  { frontier, panel, provenance }: FrontierReport,
): MessageInitShape<typeof TraceFrontierResponseSchema> {
  const { maximumSharpe, estimates } = frontier;
  const datesUsed = writeDatesUsed(panel);
  return {
    symbols: [...symbols],
    turningPoints: frontier.turningPoints.map(writePoint),
    points: frontier.points.map(writePoint),
    ...(maximumSharpe && { maximumSharpe: writePoint(maximumSharpe) }),
    assets: [...frontier.assets],
    ...(estimates && {
      estimates: {
        expectedReturnsPerYear: Array.from(estimates.expectedReturns),
        covariancePerYear: writeMatrix(estimates.covariance),
      },
    }),
    ...(datesUsed && { datesUsed }),
    provenance: writeProvenance(provenance),
    notices: [...frontier.notices],
  };
}

/** Writes the answer to `AnalyzePortfolio`. */
export function writeAnalysis(
  { positions }: AnalysisProblem,
  { performance, panel, provenance }: AnalysisReport,
): MessageInitShape<typeof AnalyzePortfolioResponseSchema> {
  const { volatilityPerYear, contributions, riskShares, growth } = performance;
  const datesUsed = writeDatesUsed(panel);
  return {
    meanReturnPerYear: performance.meanReturnPerYear,
    compoundReturnPerYear: performance.compoundReturnPerYear,
    volatilityPerYear,
    sharpeRatio: performance.sharpeRatio,
    maximumDrawdown: writeDrawdown(performance.drawdown, panel.dates),
    riskContributions: positions.map(({ symbol, weight }, i) => ({
      symbol,
      weight,
      volatilityContributionPerYear: contributions[i] ?? 0,
      riskShare: riskShares[i] ?? 0,
    })),
    ...(datesUsed && { datesUsed }),
    provenance: writeProvenance(provenance),
    notices: [...performance.notices],
    ...(growth && { growth: writeSeries(panel.dates, growth) }),
  };
}

/** Writes the answer to `AllocateShares`. */
export function writeAllocation(
  report: AllocationReport,
): MessageInitShape<typeof AllocateSharesResponseSchema> {
  return { ...report, allocations: [...report.allocations] };
}

function writePoint({
  weights,
  ...figures
}: EfficientPoint): MessageInitShape<typeof FrontierPointSchema> {
  return { ...figures, weights: Array.from(weights) };
}

/** Writes the days of a drawdown; none when there was no loss. */
function writeDrawdown(
  { depth, peakIndex, troughIndex, recoveryIndex }: Drawdown,
  dates: readonly string[],
): MessageInitShape<typeof DrawdownSchema> {
  if (depth === 0) {
    return { depth };
  }
  return {
    depth,
    peakDate: dates[peakIndex] ?? "",
    troughDate: dates[troughIndex] ?? "",
    recoveryDate: recoveryIndex === undefined ? "" : (dates[recoveryIndex] ?? ""),
  };
}
