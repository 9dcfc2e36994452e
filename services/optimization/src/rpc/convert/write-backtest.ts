import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type BacktestFoldSchema,
  type BacktestPortfolioSchema,
  type BacktestResult,
  BacktestResultSchema,
  BacktestSpecSchema,
  type FailedDecisionSchema,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import type { BacktestSchema } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { writeJob } from "@portfolio/platform/jobs/write-job";
import type { Matrix, BacktestResult as Simulation } from "@portfolio/quant";
import { solveError } from "../../app/solve-error.ts";
import type { BacktestWithJob } from "../../app/start-backtest.ts";
import { dateOf } from "../../domain/backtest-days.ts";
import type { BacktestProblem } from "../../domain/backtest-problem.ts";
import type {
  BacktestBasis,
  BacktestFold,
  BacktestOutcome,
  DecisionFailure,
  PortfolioOutcome,
} from "../../domain/backtest-task.ts";
import { historyNotices } from "../../domain/history.ts";
import type { Notice } from "../../domain/notice.ts";
import { countText } from "../../domain/number-text.ts";
import { readBacktest } from "./read-backtest.ts";
import {
  writeBrinson,
  writeFactors,
  writeGrid,
  writeOverfitting,
} from "./write-backtest-reports.ts";
import { writeDatesUsed, writeProvenance } from "./write-basis.ts";
import { writeMatrix, writeSeries } from "./write-numbers.ts";
import { writeTearSheet } from "./write-tear-sheet.ts";

/** Writes a backtest and its job. */
export function writeBacktest({
  backtest,
  job,
}: BacktestWithJob): MessageInitShape<typeof BacktestSchema> {
  const { id, name, spec, createTime } = backtest;
  return {
    id,
    name,
    spec: fromBinary(BacktestSpecSchema, spec),
    ...(job && { job: writeJob(job) }),
    createTime,
  };
}

/** Reads a stored specification. */
export function decodeBacktest(spec: Uint8Array): BacktestProblem {
  return readBacktest(fromBinary(BacktestSpecSchema, spec));
}

/** Reads a stored result. */
export function decodeResult(result: Uint8Array): BacktestResult {
  return fromBinary(BacktestResultSchema, result);
}

/** Encodes what came of a backtest, for the store. */
export function encodeResult(outcome: BacktestOutcome): Uint8Array {
  return toBinary(BacktestResultSchema, create(BacktestResultSchema, writeResult(outcome)));
}

function writeResult(outcome: BacktestOutcome): MessageInitShape<typeof BacktestResultSchema> {
  const { basis, folds, strategies, benchmark, equalWeight, overfitting } = outcome;
  const { symbols, history } = basis;
  const { dates } = history;
  const write = (portfolio: PortfolioOutcome, hasWeights = true) =>
    writePortfolio(portfolio, dates, hasWeights ? symbols.length : 0);
  const datesUsed = writeDatesUsed(history);
  return {
    symbols: [...symbols],
    ...(datesUsed && { datesUsed }),
    provenance: writeProvenance(basis),
    notices: [
      ...historyNotices(history),
      ...forecastNotices(basis),
      ...strategies.flatMap(failureNotices),
    ],
    folds: folds.map((fold) => writeFold(fold, dates, symbols)),
    strategies: strategies.map((strategy) => write(strategy)),
    benchmark: write(benchmark, false),
    equalWeight: write(equalWeight),
    ...(overfitting && { overfitting: writeOverfitting(overfitting) }),
  };
}

/** What no forecast knew, the choice of its version did. */
function forecastNotices({ forecasts }: BacktestBasis): Notice[] {
  const names = forecasts.map(
    ({ origin }) => `version ${origin.version} of model ${origin.modelId}`,
  );
  return [...new Set(names)].map((name) => ({
    reason: "FORECAST_CHOSEN_IN_HINDSIGHT",
    description:
      `No forecast of ${name} knew of later days, but the version was chosen by its skill on days ` +
      "that include these.",
  }));
}

function failureNotices({ name, failures }: PortfolioOutcome): Notice[] {
  return failures.length === 0
    ? []
    : [
        {
          reason: "DECISIONS_FAILED",
          description: `${name} has no answer for ${countText(failures.length, "decision")}.`,
        },
      ];
}

function writeFold(
  { trainStartRow, trainEndRow, tests, assets = [] }: BacktestFold,
  dates: readonly string[],
  symbols: readonly string[],
): MessageInitShape<typeof BacktestFoldSchema> {
  return {
    trainStartDate: dates[trainStartRow] ?? "",
    trainEndDate: dates[trainEndRow] ?? "",
    tests: tests.map(({ startRow, endRow }) => ({
      startDate: dates[startRow] ?? "",
      endDate: dates[endRow] ?? "",
    })),
    symbols: assets.map((asset) => symbols[asset] ?? ""),
  };
}

/** @param symbolCount - Columns of the weights; 0 for none. */
function writePortfolio(
  portfolio: PortfolioOutcome,
  dates: readonly string[],
  symbolCount: number,
): MessageInitShape<typeof BacktestPortfolioSchema> {
  const { name, simulation, tearSheet, foldWeights, paths, failures } = portfolio;
  const { grid, brinson, factors } = portfolio;
  return {
    name,
    ...(simulation && writeSimulation(simulation, dates, symbolCount)),
    ...(simulation && tearSheet && { tearSheet: writeTearSheet(tearSheet, simulation.days) }),
    ...(foldWeights && { weights: writeMatrix(foldWeights) }),
    paths: paths.map(({ sharpeRatio, ...figures }) => ({
      ...figures,
      ...(sharpeRatio !== undefined && { sharpeRatio }),
    })),
    failedDecisions: failures.map(writeFailure),
    ...(grid && { grid: writeGrid(grid) }),
    ...(brinson && { brinson: writeBrinson(brinson) }),
    ...(factors && { factors: writeFactors(factors) }),
  };
}

function writeSimulation(
  { days, daily, rebalances, totals, gains }: Simulation,
  dates: readonly string[],
  symbolCount: number,
) {
  return {
    values: writeSeries(Array.from(days, dateOf), daily.values),
    rebalances: rebalances.map(({ decisionRow, executionRow, turnover, costs }) => ({
      decisionDate: dates[decisionRow - 1] ?? "",
      executionDate: dates[executionRow] ?? "",
      turnover,
      costAmount: costs.linear + costs.spread + costs.impact + costs.fixed,
    })),
    ...(symbolCount > 0 && { weights: writeMatrix(weightsAfter(rebalances, symbolCount)) }),
    totals: {
      turnoverPerYear: totals.turnoverPerYear,
      tradingCostAmount: totals.tradingCosts,
      tradingCostPerYear: totals.tradingCostPerYear,
      interestAmount: totals.interest,
      borrowCostAmount: totals.borrowCosts,
      meanGrossExposure: totals.meanGrossExposure,
      meanNetExposure: totals.meanNetExposure,
      gainAmounts: symbolCount > 0 ? Array.from(gains) : [],
    },
  };
}

function weightsAfter(rebalances: Simulation["rebalances"], cols: number): Matrix {
  const values = new Float64Array(rebalances.length * cols);
  for (const [k, rebalance] of rebalances.entries()) {
    values.set(rebalance.weightsAfter, k * cols);
  }
  return { rows: rebalances.length, cols, values };
}

// Decisions of a strategy have no request of their own for an error to point into.
const NO_PATHS = {
  lower: [],
  upper: [],
  rows: [],
  budget: { lower: "constraints", upper: "constraints" },
  target: "objective",
};

function writeFailure({
  date,
  failure,
  fallback,
}: DecisionFailure): MessageInitShape<typeof FailedDecisionSchema> {
  const { reason, message } = solveError(failure, NO_PATHS);
  return { decisionDate: date, reason, description: message, fallback };
}
