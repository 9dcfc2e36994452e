import type {
  BacktestPortfolio,
  BacktestResult,
  TearSheet,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import type {
  BrinsonReport,
  FactorReport,
  GridReport,
  PartialBacktest,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_report_pb.js";
import type { Series } from "@portfolio/gen/portfolio/type/v1/series_pb.js";
import { matrixValues } from "../api/matrix-values.ts";
import { type AnswerSource, sourceOf } from "../optimize/answer-source.ts";

/** What one portfolio of a backtest did. */
export interface ReportPortfolio {
  readonly name: string;
  /** Empty with combinatorial validation. */
  readonly dates: readonly string[];
  /** One per date. */
  readonly values: Float64Array;
  readonly tearSheet: TearSheet | undefined;
  readonly rebalances: readonly {
    readonly date: string;
    readonly turnover: number;
    readonly cost: number;
  }[];
  /** One row per rebalance, in the order of the report's symbols. Empty for the benchmark. */
  readonly weights: readonly (readonly number[])[];
  readonly turnoverPerYear: number | undefined;
  readonly costPerYear: number | undefined;
  /** One per history of the whole time. Empty with walk-forward validation. */
  readonly paths: readonly {
    readonly compoundReturn: number;
    readonly volatility: number;
    readonly sharpe: number;
    readonly maximumDrawdown: number;
  }[];
  readonly failures: readonly {
    readonly date: string;
    readonly description: string;
    /** Whether a fallback was taken. */
    readonly isReplaced: boolean;
  }[];
  readonly grid: GridReport | undefined;
  readonly brinson: BrinsonReport | undefined;
  readonly factors: FactorReport | undefined;
}

/** The value of a portfolio of a backtest that still runs. */
export interface PartialPath {
  readonly name: string;
  readonly dates: readonly string[];
  readonly values: Float64Array;
}

/** What came of a backtest, without any type of the transport. */
export interface BacktestReport {
  readonly symbols: readonly string[];
  readonly strategies: readonly ReportPortfolio[];
  readonly benchmark: ReportPortfolio | undefined;
  readonly equalWeight: ReportPortfolio | undefined;
  readonly overfitting:
    | {
        readonly probability: number;
        readonly lossProbability: number;
        readonly trialCount: number;
      }
    | undefined;
  readonly source: AnswerSource;
}

/** Takes a result apart. */
export function backtestReport(result: BacktestResult): BacktestReport {
  const width = result.symbols.length;
  const { benchmark, equalWeight, overfitting } = result;
  return {
    symbols: result.symbols,
    strategies: result.strategies.map((portfolio) => reportPortfolio(portfolio, width)),
    benchmark: benchmark && reportPortfolio(benchmark, width),
    equalWeight: equalWeight && reportPortfolio(equalWeight, width),
    overfitting: overfitting && {
      probability: overfitting.probability,
      lossProbability: overfitting.lossProbability,
      trialCount: overfitting.trialCount,
    },
    source: sourceOf(result),
  };
}

/** Takes apart what is known of a backtest that still runs. */
export function partialPaths(partial: PartialBacktest | undefined): readonly PartialPath[] {
  return (partial?.portfolios ?? []).map(({ name, values }) => ({
    name,
    dates: values?.dates ?? [],
    values: seriesValues(values),
  }));
}

/** The values of a series, in whichever of the two forms they were sent. */
export function seriesValues(series: Series | undefined): Float64Array {
  return series ? matrixValues(series) : new Float64Array();
}

function reportPortfolio(portfolio: BacktestPortfolio, width: number): ReportPortfolio {
  const { name, values, tearSheet, rebalances, weights, totals, paths } = portfolio;
  const cells = weights ? matrixValues(weights) : new Float64Array();
  return {
    name,
    dates: values?.dates ?? [],
    values: seriesValues(values),
    tearSheet,
    rebalances: rebalances.map(({ executionDate, turnover, costAmount }) => ({
      date: executionDate,
      turnover,
      cost: costAmount,
    })),
    weights: Array.from({ length: width > 0 ? cells.length / width : 0 }, (_, i) =>
      Array.from(cells.subarray(i * width, (i + 1) * width)),
    ),
    turnoverPerYear: totals?.turnoverPerYear,
    costPerYear: totals?.tradingCostPerYear,
    paths: paths.map((path) => ({
      compoundReturn: path.compoundReturnPerYear,
      volatility: path.volatilityPerYear,
      sharpe: path.sharpeRatio ?? Number.NaN,
      maximumDrawdown: path.maximumDrawdown,
    })),
    failures: portfolio.failedDecisions.map(({ decisionDate, description, fallback }) => ({
      date: decisionDate,
      description,
      isReplaced: fallback > 0,
    })),
    grid: portfolio.grid,
    brinson: portfolio.brinson,
    factors: portfolio.factors,
  };
}
