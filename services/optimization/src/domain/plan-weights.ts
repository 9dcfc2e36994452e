import {
  type CostModel,
  type MarketView,
  type Matrix,
  type MultiPeriodPlan,
  type MultiPeriodProblem,
  planTrades,
  TRADING_DAYS_PER_YEAR,
  tradingCoefficients,
  type WeightConstraints,
} from "@portfolio/quant";
import { estimateWithViews } from "./apply-views.ts";
import type { MultiPeriodMethod } from "./backtest-strategy.ts";
import type { Fit } from "./fit-strategy.ts";
import { restrictTask } from "./restrict-task.ts";
import type { OptimizationTask } from "./solve-task.ts";
import { takeEntries } from "./take-assets.ts";
import type { TrainingWindow } from "./training-window.ts";

/** What a plan of trades needs beside estimates. */
export interface PlanContext {
  readonly view: MarketView;
  readonly costs: CostModel;
  /** Of the portfolio, an amount. */
  readonly value: number;
  /** From one decision to the next. */
  readonly periodDays: number;
  /** A fraction per year. */
  readonly cashRatePerYear: number;
  readonly borrowRatePerYear: number;
  /** Where the last plan of as many trades ended. */
  readonly start: MultiPeriodPlan["workingSet"] | undefined;
}

interface PlanInput {
  readonly optimization: OptimizationTask;
  readonly method: MultiPeriodMethod;
  readonly window: TrainingWindow;
  /** Length N. */
  readonly held: Float64Array | undefined;
  readonly plan: PlanContext;
}

/**
 * Plans trades over several periods at the costs of the backtest, and takes the first ones.
 *
 * @returns Weights of the window's assets, and from where to start the next plan.
 */
export function planWeights({ optimization, method, window, held, plan }: PlanInput): Fit {
  const task = restrictTask(optimization, window.assets);
  if ("status" in task) {
    return { failure: task };
  }
  const estimates = estimateWithViews({ ...task, closes: window.closes });
  if (estimates.status !== "estimated") {
    return { failure: estimates };
  }
  const years = plan.periodDays / TRADING_DAYS_PER_YEAR;
  const n = window.assets.length;
  const problem = {
    initialWeights: held ? takeEntries(held, window.assets) : new Float64Array(n),
    means: meansOf(estimates.expectedReturns, method, plan, years),
    covariances: [scaled(estimates.covariance, years)],
    riskAversion: method.riskAversion,
    system: systemOf(task.limits),
    costs: costsOf(window.assets, plan, years),
  };
  const result = planTrades(problem, { start: plan.start });
  switch (result.status) {
    case "optimal":
    case "inaccurate":
      return { weights: result.weights.values.slice(0, n), workingSet: result.workingSet };
    case "infeasible":
      return { failure: { status: "infeasible", conflicts: [] } };
    case "unbounded":
      return { failure: { status: "unbounded" } };
    default:
      return { failure: { status: "unsolved" } };
  }
}

/** Expected returns over cash per period, fading by `returnPersistence`. */
function meansOf(
  expectedReturns: Float64Array,
  { periodCount, returnPersistence }: MultiPeriodMethod,
  { cashRatePerYear }: PlanContext,
  years: number,
): Matrix {
  const n = expectedReturns.length;
  const values = new Float64Array(periodCount * n);
  for (let h = 0; h < periodCount; h++) {
    const left = returnPersistence ** h * years;
    values.set(
      expectedReturns.map((perYear) => left * (perYear - cashRatePerYear)),
      h * n,
    );
  }
  return { rows: periodCount, cols: n, values };
}

function scaled(matrix: Matrix, factor: number): Matrix {
  return { ...matrix, values: matrix.values.map((value) => value * factor) };
}

function costsOf(assets: readonly number[], plan: PlanContext, years: number) {
  const { view, costs, value, borrowRatePerYear } = plan;
  const { linear, impact } = tradingCoefficients(view, costs, value);
  return {
    linear: takeEntries(linear, assets),
    impact: takeEntries(impact, assets),
    borrow: new Float64Array(assets.length).fill(borrowRatePerYear * years),
  };
}

/** Writes linear limits as a system whose first row is the budget. */
function systemOf({ lower, upper, budget, rows }: WeightConstraints): MultiPeriodProblem["system"] {
  const n = lower.length;
  const range = typeof budget === "number" ? { lower: budget, upper: budget } : budget;
  const values = new Float64Array((rows.length + 1) * n).fill(1, 0, n);
  for (const [r, row] of rows.entries()) {
    for (const [k, asset] of row.assets.entries()) {
      values[(r + 1) * n + asset] = row.coefficients[k] ?? 0;
    }
  }
  return {
    lower,
    upper,
    rows: { rows: rows.length + 1, cols: n, values },
    rowLower: Float64Array.of(range.lower, ...rows.map((row) => row.lower)),
    rowUpper: Float64Array.of(range.upper, ...rows.map((row) => row.upper)),
  };
}
