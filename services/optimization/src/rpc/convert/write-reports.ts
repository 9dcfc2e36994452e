import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  AllocateSharesResponseSchema,
  AnalyzePortfolioResponseSchema,
  OptimizePortfolioResponseSchema,
  TraceFrontierResponseSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type {
  DrawdownSchema,
  FrontierBandSchema,
  FrontierPointSchema,
  PortfolioWeightSchema,
} from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import type { Drawdown, FrontierBand } from "@portfolio/quant";
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
import { writeFactors } from "./write-backtest-reports.ts";
import { writeDatesUsed, writeProvenance } from "./write-basis.ts";
import { writeHigherMoments } from "./write-higher-moments.ts";
import { writeEstimates, writeViewsEffect } from "./write-moments.ts";
import { writeMatrix, writeSeries } from "./write-numbers.ts";
import { writeBinding, writeCertificate, writeRisks } from "./write-solution.ts";

/** Writes the answer to `OptimizePortfolio`. */
export function writeOptimization(
  problem: OptimizationProblem,
  report: OptimizationReport,
): MessageInitShape<typeof OptimizePortfolioResponseSchema> {
  const { portfolio, panel, provenance, notices, trading, explanation, views } = report;
  const datesUsed = writeDatesUsed(panel);
  return {
    weights: writeWeights(problem, report),
    expectedReturnPerYear: portfolio.expectedReturnPerYear,
    volatilityPerYear: portfolio.volatilityPerYear,
    sharpeRatio: portfolio.sharpeRatio,
    ...(datesUsed && { datesUsed }),
    provenance: writeProvenance(provenance),
    notices: [...notices],
    estimateQuality: report.quality,
    certificate: writeCertificate(report),
    objectiveValue: report.objective,
    bindingConstraints: writeBinding(report, problem),
    risks: writeRisks(report.risks),
    ...(trading && { trading }),
    explanation: [...explanation],
    ...(views && { views: writeViewsEffect(views) }),
  };
}

function writeWeights(
  { symbols, portfolioLimits }: OptimizationProblem,
  { portfolio, marginalRisks, riskContributions }: OptimizationReport,
): MessageInitShape<typeof PortfolioWeightSchema>[] {
  const current = portfolioLimits.trading?.current;
  return symbols.map((symbol, i) => {
    const weight = portfolio.weights[i] ?? 0;
    return {
      symbol,
      weight,
      riskShare: portfolio.riskShares[i] ?? 0,
      marginalRisk: marginalRisks[i] ?? 0,
      riskContribution: riskContributions[i] ?? 0,
      change: current === undefined ? 0 : weight - (current[i] ?? 0),
    };
  });
}

/** Writes the answer to `TraceFrontier`. */
export function writeFrontier(
  { symbols }: FrontierProblem,
  { frontier, panel, provenance, solveTimeMs }: FrontierReport,
): MessageInitShape<typeof TraceFrontierResponseSchema> {
  const { maximumSharpe, estimates, certificate, band, views } = frontier;
  const datesUsed = writeDatesUsed(panel);
  return {
    symbols: [...symbols],
    turningPoints: frontier.turningPoints.map(writePoint),
    points: frontier.points.map(writePoint),
    ...(maximumSharpe && { maximumSharpe: writePoint(maximumSharpe) }),
    assets: [...frontier.assets],
    ...(estimates && { estimates: writeEstimates(estimates) }),
    ...(datesUsed && { datesUsed }),
    provenance: writeProvenance(provenance),
    notices: [...frontier.notices],
    certificate: writeCertificate({
      certificate: { ...certificate, status: "optimal" },
      solveTimeMs,
    }),
    ...(band && { band: writeBand(band) }),
    ...(views && { views: writeViewsEffect(views) }),
  };
}

/** Writes the answer to `AnalyzePortfolio`. */
export function writeAnalysis(
  { positions }: AnalysisProblem,
  { performance, panel, provenance }: AnalysisReport,
): MessageInitShape<typeof AnalyzePortfolioResponseSchema> {
  const { volatilityPerYear, contributions, riskShares, growth } = performance;
  const { factors, higherMoments } = performance;
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
    risks: writeRisks(performance.risks),
    ...(growth && { growth: writeSeries(panel.dates, growth) }),
    ...(factors && { factorReport: writeFactors(factors) }),
    ...(higherMoments && { higherMoments: writeHigherMoments(positions, higherMoments) }),
  };
}

/** Writes the answer to `AllocateShares`. */
export function writeAllocation(
  report: AllocationReport,
): MessageInitShape<typeof AllocateSharesResponseSchema> {
  return { ...report, allocations: [...report.allocations] };
}

function writeBand({
  expectedReturns,
  volatilities,
  meanWeights,
}: FrontierBand): MessageInitShape<typeof FrontierBandSchema> {
  const [p5, p50, p95] = volatilities.map((values) => Array.from(values));
  return {
    expectedReturnsPerYear: Array.from(expectedReturns),
    volatilityP5PerYear: p5 ?? [],
    volatilityP50PerYear: p50 ?? [],
    volatilityP95PerYear: p95 ?? [],
    meanWeights: writeMatrix(meanWeights),
  };
}

function writePoint({
  weights,
  ...figures
}: EfficientPoint): MessageInitShape<typeof FrontierPointSchema> {
  return { ...figures, weights: Array.from(weights) };
}

/** Writes the days of a drawdown; none when there was no loss. */
export function writeDrawdown(
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
