import type { BacktestProblem } from "./backtest-problem.ts";
import { gridPlan } from "./run-grid.ts";
import { decisionRows } from "./walk-forward-plan.ts";

/**
 * Lists the last rows of prices that fits see: those of decisions, and of the grids within.
 *
 * @returns Ascending, each once; none without a walk forward.
 * @throws {ArgumentError} The training days hold no fit of a grid.
 */
export function fitRows(
  { validation, strategies }: Pick<BacktestProblem, "validation" | "strategies">,
  dates: readonly string[],
): number[] {
  if (validation.kind !== "walk-forward") {
    return [];
  }
  const rows = new Set(Array.from(decisionRows(dates, validation), (row) => row - 1));
  for (const { method } of strategies) {
    for (const { split } of method?.kind === "grid"
      ? gridPlan(dates, validation, method).tasks
      : []) {
      rows.add(split.trainEnd);
    }
  }
  return [...rows].sort((a, b) => a - b);
}

/** Tells how many rows of prices there are at least before the last that the first fit sees. */
export function daysBeforeFirstFit({
  validation,
  strategies,
}: Pick<BacktestProblem, "validation" | "strategies">): number {
  const own = validation.kind === "walk-forward" ? validation.trainDays : 0;
  return strategies.reduce(
    (least, { method }) => (method?.kind === "grid" ? Math.min(least, method.trainDays) : least),
    own,
  );
}
