import type { TearSheet } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import { formatPercent, formatRatio } from "../format.ts";
import type { ReportPortfolio } from "./backtest-report.ts";

/** Figures of a portfolio in the order of reading, formatted; an en dash where there is none. */
export const STATISTICS = [
  { name: "total", textOf: percent((sheet) => sheet.totalReturn) },
  { name: "compound", textOf: percent((sheet) => sheet.compoundReturnPerYear) },
  { name: "volatility", textOf: percent((sheet) => sheet.volatilityPerYear) },
  { name: "sharpe", textOf: ratio((sheet) => sheet.sharpeRatio) },
  { name: "error", textOf: ratio((sheet) => sheet.sharpeStandardError) },
  { name: "probabilistic", textOf: percent((sheet) => sheet.probabilisticSharpe) },
  { name: "deflated", textOf: percent((sheet) => sheet.deflatedSharpe) },
  { name: "sortino", textOf: ratio((sheet) => sheet.sortinoRatio) },
  { name: "calmar", textOf: ratio((sheet) => sheet.calmarRatio) },
  { name: "omega", textOf: ratio((sheet) => sheet.omegaRatio) },
  { name: "drawdown", textOf: percent((sheet) => sheet.drawdowns[0]?.depth) },
  { name: "var", textOf: percent((sheet) => sheet.valueAtRiskPerDay) },
  { name: "cvar", textOf: percent((sheet) => sheet.conditionalValueAtRiskPerDay) },
  { name: "skewness", textOf: ratio((sheet) => sheet.skewness) },
  { name: "kurtosis", textOf: ratio((sheet) => sheet.kurtosis) },
  { name: "hit", textOf: percent((sheet) => sheet.hitRate) },
  { name: "beta", textOf: ratio((sheet) => sheet.benchmark?.beta) },
  { name: "alpha", textOf: percent((sheet) => sheet.benchmark?.alphaPerYear) },
  { name: "tracking", textOf: percent((sheet) => sheet.benchmark?.trackingErrorPerYear) },
  { name: "information", textOf: ratio((sheet) => sheet.benchmark?.informationRatio) },
  {
    name: "turnover",
    textOf: ({ turnoverPerYear }: ReportPortfolio) => formatPercent(turnoverPerYear),
  },
  { name: "cost", textOf: ({ costPerYear }: ReportPortfolio) => formatPercent(costPerYear) },
] as const;

type Figure = (sheet: TearSheet) => number | undefined;

function percent(figure: Figure): (portfolio: ReportPortfolio) => string {
  return ({ tearSheet }) => formatPercent(tearSheet && figure(tearSheet));
}

function ratio(figure: Figure): (portfolio: ReportPortfolio) => string {
  return ({ tearSheet }) => formatRatio(tearSheet && figure(tearSheet));
}
