import type { PriceHistory, PricePanel } from "@portfolio/platform/prices/price-history";
import { backtestGroups } from "../domain/backtest-groups.ts";
import type { BacktestProblem } from "../domain/backtest-problem.ts";
import { mapStrategy, type Strategy } from "../domain/backtest-strategy.ts";
import type { BacktestTask } from "../domain/backtest-task.ts";
import { optimizationTask } from "../domain/optimization-task.ts";
import type { OptimizationProblem } from "../domain/portfolio-problem.ts";
import { universeTask } from "../domain/universe.ts";
import { checkBacktest } from "./check-backtest.ts";
import { columnsOf } from "./columns-of.ts";
import { estimationVersions, provenance } from "./provenance.ts";
import { type BacktestPrices, readBacktestPrices } from "./read-backtest-prices.ts";

/**
 * Reads the prices of a backtest and states its task.
 *
 * @throws {AppError} Those of `readBacktestPrices` and `checkBacktest`.
 */
export async function prepareBacktest(
  history: PriceHistory,
  problem: BacktestProblem,
  signal: AbortSignal,
): Promise<BacktestTask> {
  const prices = await readBacktestPrices(history, problem, signal);
  const { panel, columnsFor } = prices;
  const { symbols, universe } = problem;
  checkBacktest(problem, panel.dates);
  return {
    strategies: problem.strategies.map((strategy) =>
      mapStrategy(strategy, (optimization) =>
        optimizationTask(optimization, { closes: undefined }),
      ),
    ),
    validation: problem.validation,
    dates: panel.dates,
    closes: columnsOf(panel.closes, columnsFor(symbols)),
    universe: universe && universeTask(universe, symbols, panel.dates),
    ...benchmarkOf(problem, prices),
    attribution: attributionOf(problem, prices),
    factors: factorsOf(problem, prices),
    cashRatePerYear: problem.cashRatePerYear,
    basis: basisOf(problem, panel),
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

function basisOf(problem: BacktestProblem, panel: PricePanel): BacktestTask["basis"] {
  const { symbols, dates, dropped } = panel;
  const methods = problem.strategies.flatMap((strategy, k) =>
    Object.entries(strategyVersions(strategy)).map(([name, version]) => [
      `strategies[${k}].${name}`,
      version,
    ]),
  );
  const versions = { backtest: `${problem.validation.kind}/1`, ...Object.fromEntries(methods) };
  const { methodVersions, contentHash } = provenance(problem, panel, versions);
  const history = { symbols, dates, dropped };
  return { symbols: problem.symbols, history, dataset: panel.dataset, methodVersions, contentHash };
}

function strategyVersions({
  optimization,
  method,
}: Strategy<OptimizationProblem>): Readonly<Record<string, string>> {
  const versions = estimationVersions(optimization);
  return method === undefined ? versions : { ...versions, method: `${method.kind}/1` };
}
