import type { PriceHistory } from "@portfolio/platform/prices/price-history";
import { backtestGroups } from "../domain/backtest-groups.ts";
import type { BacktestProblem } from "../domain/backtest-problem.ts";
import { mapStrategy, type Strategy } from "../domain/backtest-strategy.ts";
import type { BacktestTask } from "../domain/backtest-task.ts";
import { optimizationTask } from "../domain/optimization-task.ts";
import type { OptimizationProblem } from "../domain/portfolio-problem.ts";
import { universeTask } from "../domain/universe.ts";
import type { ForecastSource } from "../ports.ts";
import { columnsOf } from "./columns-of.ts";
import { estimationVersions, forecastVersions, provenance } from "./provenance.ts";
import { type BacktestPrices, readBacktestPrices } from "./read-backtest-prices.ts";
import { type BacktestForecasts, readPastForecasts } from "./read-past-forecasts.ts";

/** What backtests are read from. */
export interface BacktestSources {
  readonly prices: PriceHistory;
  readonly forecasts: ForecastSource;
}

/**
 * Reads the prices and forecasts of a backtest and states its task.
 *
 * @throws {AppError} Those of `readBacktestPrices` and `readPastForecasts`.
 */
export async function prepareBacktest(
  sources: BacktestSources,
  problem: BacktestProblem,
  signal: AbortSignal,
): Promise<BacktestTask> {
  const whole = await readBacktestPrices(sources.prices, problem, signal);
  const forecasts = await readPastForecasts(sources.forecasts, problem, whole.panel, signal);
  const { panel } = forecasts;
  const { columnsFor } = whole;
  const prices = { panel, columnsFor };
  const { symbols, universe } = problem;
  return {
    strategies: problem.strategies.map((strategy) =>
      mapStrategy(strategy, (optimization) => ({
        ...optimizationTask(optimization, { closes: undefined }),
        forecasts: forecasts.datedOf(optimization.forecasts),
      })),
    ),
    validation: problem.validation,
    dates: panel.dates,
    closes: columnsOf(panel.closes, columnsFor(symbols)),
    universe: universe && universeTask(universe, symbols, panel.dates),
    ...benchmarkOf(problem, prices),
    attribution: attributionOf(problem, prices),
    factors: factorsOf(problem, prices),
    cashRatePerYear: problem.cashRatePerYear,
    basis: basisOf(problem, forecasts),
  };
}

function benchmarkOf(
  { symbols, benchmark, universe }: BacktestProblem,
  { panel, columnsFor }: BacktestPrices,
): Pick<BacktestTask, "benchmarkCloses" | "benchmarkWeights"> {
  if (benchmark === undefined) {
    const equal = new Float64Array(symbols.length).fill(1 / symbols.length);
    return {
      benchmarkCloses: columnsOf(panel.closes, columnsFor(symbols)),
      benchmarkWeights: universe === undefined ? equal : undefined,
    };
  }
  return {
    benchmarkCloses: columnsOf(panel.closes, columnsFor(benchmark.map(({ symbol }) => symbol))),
    benchmarkWeights: Float64Array.from(benchmark, ({ weight }) => weight),
  };
}

function attributionOf(
  problem: BacktestProblem,
  { panel, columnsFor }: BacktestPrices,
): BacktestTask["attribution"] {
  const { symbols, benchmark, universe, attributionGroups } = problem;
  if (attributionGroups.length === 0) {
    return undefined;
  }
  const held = new Set([...symbols, ...(benchmark ?? []).map(({ symbol }) => symbol)]);
  const all = [...held];
  const equal = new Float64Array(symbols.length).fill(1 / symbols.length);
  const weightOf = new Map((benchmark ?? []).map(({ symbol, weight }) => [symbol, weight]));
  const given = Float64Array.from(all, (symbol) => weightOf.get(symbol) ?? 0);
  return {
    ...backtestGroups(attributionGroups, all),
    closes: columnsOf(panel.closes, columnsFor(all)),
    benchmarkWeights: benchmark ? given : universe ? undefined : equal,
  };
}

function factorsOf(
  { factorSymbols }: BacktestProblem,
  { panel, columnsFor }: BacktestPrices,
): BacktestTask["factors"] {
  return factorSymbols.length === 0
    ? undefined
    : { symbols: factorSymbols, closes: columnsOf(panel.closes, columnsFor(factorSymbols)) };
}

function basisOf(
  problem: BacktestProblem,
  { panel, uses, histories }: BacktestForecasts,
): BacktestTask["basis"] {
  const { symbols, dates, dropped } = panel;
  const methods = problem.strategies.flatMap((strategy, k) =>
    Object.entries(strategyVersions(strategy)).map(([name, version]) => [
      `strategies[${k}].${name}`,
      version,
    ]),
  );
  const versions = { backtest: `${problem.validation.kind}/1`, ...Object.fromEntries(methods) };
  const { methodVersions, contentHash } = provenance(
    histories.length === 0 ? problem : { ...problem, histories },
    panel,
    versions,
  );
  return {
    ...{ symbols: problem.symbols, history: { symbols, dates, dropped } },
    ...{ dataset: panel.dataset, methodVersions, contentHash, forecasts: uses },
  };
}

function strategyVersions({
  optimization,
  method,
}: Strategy<OptimizationProblem>): Readonly<Record<string, string>> {
  const versions = { ...estimationVersions(optimization), ...forecastVersions(optimization) };
  return method === undefined ? versions : { ...versions, method: `${method.kind}/1` };
}
