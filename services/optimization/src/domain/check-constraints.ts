import {
  attainableRanges,
  type Conflict,
  denseRow,
  findConflicts,
  type LimitChange,
  type Limits,
  type LinearRow,
} from "@portfolio/quant";
import { infeasible } from "./infeasible.ts";
import type { ConstraintCheckTask } from "./solve-task.ts";

/** Whether limits can be met, and what they leave. */
export type ConstraintCheck =
  | {
      readonly status: "feasible";
      /** What is left of the budget and then of each row; empty where there are too many. */
      readonly sums: readonly Limits[];
      /** What is left of the expected return, if that was asked for. */
      readonly expectedReturn: Limits | undefined;
    }
  | {
      readonly status: "contradictory";
      readonly conflicts: readonly Conflict[];
      readonly relaxation: readonly LimitChange[];
      /** The changes of which the largest is least. */
      readonly evenRelaxation: readonly LimitChange[];
    };

/** Most rows whose ranges are worth two linear programs each. */
const RANGES_MAX = 200;
const OPEN = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

/** Checks limits, and finds the ranges that they leave. */
export function checkLimits({
  symbols,
  limits,
  expectedReturns,
}: ConstraintCheckTask): ConstraintCheck {
  const sums = limits.rows.length < RANGES_MAX ? [budgetSum(symbols.length), ...limits.rows] : [];
  const wanted = expectedReturns && denseRow("expected return", expectedReturns, OPEN);
  const ranges = attainableRanges(limits, wanted === undefined ? sums : [...sums, wanted]);
  if (ranges === undefined) {
    const why = infeasible(limits, symbols, findConflicts(limits, symbols));
    const { conflicts, relaxation = [], evenRelaxation = [] } = why;
    return { status: "contradictory", conflicts, relaxation, evenRelaxation };
  }
  return {
    status: "feasible",
    sums: ranges.slice(0, sums.length),
    expectedReturn: ranges[sums.length],
  };
}

function budgetSum(assetCount: number): LinearRow {
  return denseRow("budget", new Float64Array(assetCount).fill(1), OPEN);
}
