import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  BrinsonReportSchema,
  FactorReportSchema,
  GridReportSchema,
  OverfittingSchema,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_report_pb.js";
import type {
  BrinsonOutcome,
  FactorOutcome,
  GridOutcome,
  Overfitting,
} from "../../domain/backtest-task.ts";

/** Writes how much of the best result may be luck. */
export function writeOverfitting(figures: Overfitting): MessageInitShape<typeof OverfittingSchema> {
  const { probability, lossProbability, degradationSlope, trialCount } = figures;
  return {
    probability,
    lossProbability,
    ...(degradationSlope !== undefined && { degradationSlope }),
    trialCount,
  };
}

/** Writes how the candidates of a grid did. */
export function writeGrid(grid: GridOutcome): MessageInitShape<typeof GridReportSchema> {
  const { candidates, choices, overfitting, deflatedSharpe } = grid;
  return {
    candidates: candidates.map(({ name, choiceCount, sharpePerYear }) => ({
      name,
      choiceCount,
      ...(sharpePerYear !== undefined && { sharpeRatio: sharpePerYear }),
    })),
    choices: Array.from(choices),
    ...(overfitting && { overfitting: writeOverfitting(overfitting) }),
    ...(deflatedSharpe !== undefined && { deflatedSharpe }),
  };
}

/** Writes where the return over the benchmark came from. */
export function writeBrinson({
  names,
  attribution,
}: BrinsonOutcome): MessageInitShape<typeof BrinsonReportSchema> {
  const { allocation, selection, interaction, portfolioReturn, benchmarkReturn } = attribution;
  return {
    groups: [...names, "Cash"].map((name, g) => ({
      name,
      allocation: allocation[g] ?? 0,
      selection: selection[g] ?? 0,
      interaction: interaction[g] ?? 0,
    })),
    portfolioReturn,
    benchmarkReturn,
  };
}

/** Writes how much of the returns factors explain. */
export function writeFactors({
  symbols,
  attribution,
}: FactorOutcome): MessageInitShape<typeof FactorReportSchema> {
  if (attribution.status === "collinear") {
    return { collinear: true };
  }
  const { factors, rSquared, ...figures } = attribution;
  return {
    contributions: factors.map(({ beta, betaStandardError, returnPerYear, varianceShare }, k) => ({
      symbol: symbols[k] ?? "",
      beta,
      betaStandardError,
      returnPerYear,
      ...(varianceShare !== undefined && { varianceShare }),
    })),
    alphaPerYear: figures.alphaPerYear,
    alphaStandardErrorPerYear: figures.alphaStandardErrorPerYear,
    ...(rSquared !== undefined && { rSquared }),
    residualVolatilityPerYear: figures.residualVolatilityPerYear,
  };
}
