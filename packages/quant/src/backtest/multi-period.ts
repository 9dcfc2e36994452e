import { type Matrix, multiplyVector, quadraticForm } from "../linalg/matrix.ts";
import type { WorkingSet } from "../optimize/active-set/quadratic-program.ts";
import type { Certificate } from "../optimize/linear-system.ts";
import { checkProblem, covarianceOf, type MultiPeriodProblem } from "./multi-period-problem.ts";
import { multiPeriodProgram, plannedWeights } from "./multi-period-program.ts";
import { solveTradingProgram, type TradingOptions, type TradingResult } from "./trading-program.ts";

/** A plan of trades. */
export interface MultiPeriodPlan {
  /** Weights after the trades of each period, shape (H, N). */
  readonly weights: Matrix;
  /** Trades of each period, shape (H, N). */
  readonly trades: Matrix;
  /** Σ over the periods of expected return − (γ/2) variance − costs: what the plan maximizes. */
  readonly objective: number;
  /** Σ of expected trading costs, and of borrow costs. */
  readonly tradingCost: number;
  readonly borrowCost: number;
  /** Violations are those of weights; the gap bounds how far the objective is from the largest. */
  readonly certificate: Certificate;
  /** To start the next plan from. */
  readonly workingSet: WorkingSet;
}

/** A plan, or why there is none. `inaccurate` and `stopped` hold the best plan found. */
export type MultiPeriodResult =
  | ({ readonly status: "optimal" | "inaccurate" | "stopped" } & MultiPeriodPlan)
  /** `stalled`: rounding defeated the solver. Not known to happen. */
  | { readonly status: "infeasible" | "unbounded" | "stalled" };

// Of given last weights, which have a value of about 1.
const VIOLATION_MAX = 1e-9;

/**
 * Plans trades that maximize Σₕ μₕ'wₕ − (γ/2)wₕ'Σₕwₕ − costs(wₕ − wₕ₋₁) under limits on each wₕ.
 *
 * Weights are taken not to drift between periods, as in the source: over days the error is small,
 * and the next plan starts from the true weights.
 *
 * @throws {ArgumentError} Shapes differ, an entry is not finite, a cost or γ is negative, or a
 *   covariance is none.
 * @see Boyd et al. (2017), "Multi-Period Trading via Convex Optimization", section 5.1,
 *   doi:10.1561/2400000023
 */
export function planTrades(
  problem: MultiPeriodProblem,
  options: TradingOptions = {},
): MultiPeriodResult {
  checkProblem(problem);
  const { terminalWeights } = problem;
  if (terminalWeights !== undefined && violation(problem, terminalWeights) > VIOLATION_MAX) {
    return { status: "infeasible" };
  }
  const result = solveTradingProgram(multiPeriodProgram(problem), options);
  return "x" in result
    ? { status: result.status, ...planOf(problem, result) }
    : { status: result.status };
}

type Solved = Extract<TradingResult, { x: Float64Array }>;

/** Computes the plan's figures from its trades alone, whatever the solver says. */
function planOf(
  problem: MultiPeriodProblem,
  { x, certificate, workingSet }: Solved,
): MultiPeriodPlan {
  const { means, costs, riskAversion } = problem;
  const { rows: periodCount, cols: n } = means;
  const trades = { rows: periodCount, cols: n, values: x.slice(0, periodCount * n) };
  const weights = plannedWeights(problem.initialWeights, trades);
  let utility = 0;
  let tradingCost = 0;
  let borrowCost = 0;
  for (let h = 0; h < periodCount; h++) {
    const held = weights.values.subarray(h * n, (h + 1) * n);
    utility -= (riskAversion / 2) * quadraticForm(covarianceOf(problem, h), held);
    for (let j = 0; j < n; j++) {
      const size = Math.abs(trades.values[h * n + j]);
      utility += means.values[h * n + j] * held[j];
      tradingCost += costs.linear[j] * size + costs.impact[j] * size * Math.sqrt(size);
      borrowCost += costs.borrow[j] * Math.max(0, -held[j]);
    }
  }
  return {
    weights,
    trades,
    objective: utility - tradingCost - borrowCost,
    tradingCost,
    borrowCost,
    certificate: { ...certificate, primalResidual: largestViolation(problem, weights) },
    workingSet,
  };
}

/** Finds by how much weights miss their limits in any period, or the last ones what is given. */
function largestViolation(problem: MultiPeriodProblem, { rows, cols, values }: Matrix): number {
  let largest = 0;
  for (let h = 0; h < rows; h++) {
    const held = values.slice(h * cols, (h + 1) * cols);
    largest = Math.max(largest, violation(problem, held));
    const given = h === rows - 1 ? problem.terminalWeights : undefined;
    for (let j = 0; j < cols && given !== undefined; j++) {
      largest = Math.max(largest, Math.abs(held[j] - given[j]));
    }
  }
  return largest;
}

/** Finds by how much weights miss their limits. */
function violation({ system }: MultiPeriodProblem, weights: Float64Array): number {
  const { lower, upper, rows, rowLower, rowUpper } = system;
  const sums = multiplyVector(rows, weights);
  const misses = [
    ...weights.map((weight, j) => Math.max(lower[j] - weight, weight - upper[j])),
    ...sums.map((sum, i) => Math.max(rowLower[i] - sum, sum - rowUpper[i])),
  ];
  return Math.max(0, ...misses);
}
