import { AppError } from "@portfolio/platform/app-error";
import { ArgumentError } from "@portfolio/quant";
import type { BacktestProblem, WalkForwardValidation } from "../domain/backtest-problem.ts";
import { countText } from "../domain/number-text.ts";
import { type FoldValidation, foldPlans } from "../domain/run-folds.ts";
import { gridPlan } from "../domain/run-grid.ts";
import { decisionRows } from "../domain/walk-forward-plan.ts";

/** Weights in a result, all strategies and equal weights together: more would not fit an answer. */
const WEIGHT_COUNT_MAX = 200_000;
/** Daily values in a result. */
const VALUE_COUNT_MAX = 100_000;
const FIT_COUNT_MAX = 2000;
/** Fits of one grid, and daily returns of all of them, which a checkpoint holds. */
const GRID_FIT_COUNT_MAX = 20_000;
const GRID_RETURN_COUNT_MAX = 1_000_000;
const TRAIN_RETURNS_MIN = 2;

/**
 * Checks that a backtest's days can be cut as it says, and that its result can be sent.
 *
 * @throws {AppError} `HISTORY_TOO_SHORT`: no day is left to test on. `BACKTEST_TOO_LARGE`.
 *   `REQUEST_INVALID`: the folds do not fit the days.
 */
export function checkBacktest(problem: BacktestProblem, dates: readonly string[]): void {
  const { validation } = problem;
  if (validation.kind === "walk-forward") {
    checkWalk(problem, validation, dates);
    checkGrids(problem, validation, dates);
  } else {
    checkFolds(problem, validation, dates.length);
  }
}

function checkWalk(
  { strategies, symbols }: BacktestProblem,
  validation: WalkForwardValidation,
  dates: readonly string[],
): void {
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

function checkGrids(
  { strategies }: BacktestProblem,
  validation: WalkForwardValidation,
  dates: readonly string[],
): void {
  for (const [k, { method }] of strategies.entries()) {
    if (method?.kind === "grid") {
      const field = `spec.strategies[${k}].grid`;
      const { tasks } = refusing(field, () => gridPlan(dates, validation, method));
      const returnCount = tasks.reduce(
        (sum, one) => sum + one.split.testEnd - one.split.testStart,
        0,
      );
      if (tasks.length > GRID_FIT_COUNT_MAX || returnCount > GRID_RETURN_COUNT_MAX) {
        throw tooLarge(`${tasks.length} fits of the grid of strategy ${k}`);
      }
    }
  }
}

function checkFolds(
  { strategies, symbols }: BacktestProblem,
  validation: FoldValidation,
  dayCount: number,
): void {
  const name = validation.kind === "randomized" ? "randomized" : "combinatorial_purged";
  const field = `spec.${name}`;
  const plans = refusing(field, () => foldPlans(dayCount, symbols.length, validation));
  if (
    plans.length > FIT_COUNT_MAX ||
    plans.length * symbols.length * strategies.length > WEIGHT_COUNT_MAX * 10
  ) {
    throw tooLarge(`${plans.length} choices of test folds`);
  }
  if (plans.some(({ trainRows }) => trainRows.length < TRAIN_RETURNS_MIN)) {
    throw foldsInvalid(field, "purge and embargo leave too few days to train on");
  }
}

function refusing<Plan>(field: string, plan: () => Plan): Plan {
  try {
    return plan();
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
