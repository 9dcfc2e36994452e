import { AppError } from "@portfolio/platform/app-error";
import { ArgumentError, type Matrix } from "@portfolio/quant";
import type { BacktestProblem, PurgedValidation } from "../domain/backtest-problem.ts";
import type { BacktestTask } from "../domain/backtest-task.ts";
import { countText } from "../domain/number-text.ts";
import { optimizationTask } from "../domain/optimization-task.ts";
import { splitsOf } from "../domain/run-purged.ts";
import { decisionRows } from "../domain/walk-forward-plan.ts";
import type { PriceHistory, PricePanel } from "../ports.ts";
import { columnsOf } from "./columns-of.ts";
import { estimationVersions, provenance } from "./provenance.ts";
import { readPanel } from "./read-panel.ts";

/** Weights in a result, all strategies and equal weights together: more would not fit an answer. */
const WEIGHT_COUNT_MAX = 200_000;
/** Daily values in a result. */
const VALUE_COUNT_MAX = 100_000;
const SPLIT_COUNT_MAX = 2000;
const TRAIN_RETURNS_MIN = 2;

/**
 * Reads the prices of a backtest and states its task.
 *
 * @throws {AppError} Those of `readPanel`, with fields below `spec`. `HISTORY_TOO_SHORT`: no day is
 *   left to test on. `BACKTEST_TOO_LARGE`. `REQUEST_INVALID`: the folds do not fit the days.
 */
export async function prepareBacktest(
  history: PriceHistory,
  problem: BacktestProblem,
  signal: AbortSignal,
): Promise<BacktestTask> {
  const { symbols, prices, benchmark } = problem;
  const others = (benchmark ?? []).map(({ symbol }) => symbol);
  const all = [...new Set([...symbols, ...others])];
  const panel = await readPanel(history, { symbols: all, prices }, signal).catch(
    (error: unknown) => {
      throw inSpec(error, all, symbols.length, others);
    },
  );
  const closes = columnsOf(
    panel.closes,
    symbols.map((_, j) => j),
  );
  checkPlan(problem, panel.dates);
  return {
    strategies: problem.strategies.map(({ name, optimization }) => ({
      name,
      optimization: optimizationTask(optimization, { closes: undefined }),
    })),
    validation: problem.validation,
    dates: panel.dates,
    closes,
    ...benchmarkOf(problem, panel, all, closes),
    cashRatePerYear: problem.cashRatePerYear,
    basis: basisOf(problem, panel),
  };
}

function benchmarkOf(
  { symbols, benchmark }: BacktestProblem,
  panel: PricePanel,
  all: readonly string[],
  closes: Matrix,
): Pick<BacktestTask, "benchmarkCloses" | "benchmarkWeights"> {
  if (benchmark === undefined) {
    const equal = new Float64Array(symbols.length).fill(1 / symbols.length);
    return { benchmarkCloses: closes, benchmarkWeights: equal };
  }
  const columns = benchmark.map(({ symbol }) => all.indexOf(symbol));
  return {
    benchmarkCloses: columnsOf(panel.closes, columns),
    benchmarkWeights: Float64Array.from(benchmark, ({ weight }) => weight),
  };
}

function basisOf(problem: BacktestProblem, panel: PricePanel): BacktestTask["basis"] {
  const { symbols, dates, dropped } = panel;
  const methods = problem.strategies.flatMap(({ optimization }, k) =>
    Object.entries(estimationVersions(optimization)).map(([name, version]) => [
      `strategies[${k}].${name}`,
      version,
    ]),
  );
  const versions = { backtest: `${problem.validation.kind}/1`, ...Object.fromEntries(methods) };
  const { methodVersions, contentHash } = provenance(problem, panel, versions);
  const history = { symbols, dates, dropped };
  return { symbols: problem.symbols, history, dataset: panel.dataset, methodVersions, contentHash };
}

function checkPlan({ validation, strategies, symbols }: BacktestProblem, dates: readonly string[]) {
  if (validation.kind === "combinatorial-purged") {
    checkSplits(validation, dates.length);
    return;
  }
  const decisionCount = decisionRows(dates, validation).length;
  if (decisionCount === 0) {
    throw new AppError(
      "failed-precondition",
      "HISTORY_TOO_SHORT",
      `The assets share ${countText(dates.length, "day")} of prices, which leaves none to test on ` +
        `after ${countText(validation.trainDays, "day")} of training. Train on fewer days, or ` +
        "choose a longer period.",
      {
        violations: [
          { field: "spec.walk_forward.train_days", description: "leaves no day to test on" },
        ],
        metadata: { dayCount: String(dates.length) },
      },
    );
  }
  const weightCount = decisionCount * symbols.length * (strategies.length + 1);
  const valueCount = dates.length * (strategies.length + 2);
  if (weightCount > WEIGHT_COUNT_MAX || valueCount > VALUE_COUNT_MAX) {
    throw tooLarge(
      `${countText(decisionCount, "decision")} on ${countText(symbols.length, "symbol")}`,
    );
  }
}

function checkSplits(validation: PurgedValidation, dayCount: number): void {
  const field = "spec.combinatorial_purged";
  const splits = splitsFor(validation, dayCount, field);
  if (splits.length > SPLIT_COUNT_MAX) {
    throw tooLarge(`${splits.length} choices of test folds`);
  }
  if (splits.some(({ trainRows }) => trainRows.length < TRAIN_RETURNS_MIN)) {
    throw foldsInvalid(field, "purge and embargo leave too few days to train on");
  }
}

function splitsFor(validation: PurgedValidation, dayCount: number, field: string) {
  try {
    return splitsOf(dayCount, validation);
  } catch (error) {
    throw error instanceof ArgumentError ? foldsInvalid(field, error.message) : error;
  }
}

function foldsInvalid(field: string, description: string): AppError {
  return new AppError("invalid-argument", "REQUEST_INVALID", `${field}: ${description}`, {
    violations: [{ field, description }],
  });
}

function tooLarge(what: string): AppError {
  return new AppError(
    "failed-precondition",
    "BACKTEST_TOO_LARGE",
    `${what} are too many for one backtest. Decide less often, or test fewer strategies, symbols ` +
      "or days.",
    { violations: [{ field: "spec", description: "asks for more than one result can hold" }] },
  );
}

/** Lets violations of a read point into the specification. */
function inSpec(
  error: unknown,
  all: readonly string[],
  symbolCount: number,
  benchmark: readonly string[],
): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const violations = error.violations.map(({ field, description }) => {
    const k = Number(/^symbols\[(\d+)\]$/.exec(field)?.[1] ?? -1);
    const entry = k < symbolCount ? -1 : benchmark.indexOf(all[k] ?? "");
    return { field: entry < 0 ? `spec.${field}` : `spec.benchmark[${entry}].symbol`, description };
  });
  const { kind, reason, message, metadata } = error;
  return new AppError(kind, reason, message, { violations, metadata, cause: error });
}
