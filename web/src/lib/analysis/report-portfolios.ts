import type { BacktestReport, ReportPortfolio } from "./backtest-report.ts";

const STRATEGY_COLORS = [
  "--accent",
  "--cat-2",
  "--cat-3",
  "--cat-4",
  "--cat-5",
  "--cat-6",
  "--cat-7",
];

/** All portfolios of a report: the strategies, then what they are compared with. */
export function reportPortfolios(report: BacktestReport): readonly ReportPortfolio[] {
  return [...report.strategies, report.benchmark, report.equalWeight].filter(
    (portfolio) => portfolio !== undefined,
  );
}

/** A color for each of `reportPortfolios`; what strategies are compared with is grey. */
export function colorsOf(report: BacktestReport): readonly string[] {
  return reportPortfolios(report).map((_, i) =>
    i < report.strategies.length
      ? `var(${STRATEGY_COLORS[i % STRATEGY_COLORS.length]})`
      : "var(--cat-other)",
  );
}
