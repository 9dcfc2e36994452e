import type { ConvexOptions, ConvexResult } from "../convex/program.ts";
import { solveConvex } from "../convex/solve-convex.ts";
import { type Matrix, multiplyVector, quadraticForm } from "../linalg/matrix.ts";
import type { Certificate } from "../optimize/linear-system.ts";
import { checkProblem, covarianceOf, type MultiPeriodProblem } from "./multi-period-problem.ts";
import { multiPeriodProgram, plannedWeights } from "./multi-period-program.ts";

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
  readonly certificate: Certificate;
}

/** A plan, or why there is none. `inaccurate` and `stopped` hold the best plan found. */
export type MultiPeriodResult =
  | ({ readonly status: "optimal" | "inaccurate" | "stopped" } & MultiPeriodPlan)
  | { readonly status: "infeasible" }
  | { readonly status: "unbounded" };

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
  options: ConvexOptions = {},
): MultiPeriodResult {
  checkProblem(problem);
  if (problem.terminalWeights !== undefined && !isAllowed(problem, problem.terminalWeights)) {
    return { status: "infeasible" };
  }
  const result = solveConvex(multiPeriodProgram(problem), options);
  return result.status === "infeasible" || result.status === "unbounded"
    ? { status: result.status }
    : { status: result.status, ...planOf(problem, result) };
}

type Solved = Extract<ConvexResult, { x: Float64Array }>;

/** Computes the plan's figures from its trades alone, whatever the solver says. */
function planOf(problem: MultiPeriodProblem, { x, certificate }: Solved): MultiPeriodPlan {
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
  const objective = utility - tradingCost - borrowCost;
  return { weights, trades, objective, tradingCost, borrowCost, certificate };
}

// Of the size of the weights, as in the other solvers.
const VIOLATION_MAX = 1e-9;

/** Tells whether weights meet the limits. */
function isAllowed({ system }: MultiPeriodProblem, weights: Float64Array): boolean {
  const { lower, upper, rows, rowLower, rowUpper } = system;
  const sums = multiplyVector(rows, weights);
  const isWithin = (value: number, low: number, high: number) =>
    value >= low - VIOLATION_MAX && value <= high + VIOLATION_MAX;
  return (
    weights.every((weight, j) => isWithin(weight, lower[j], upper[j])) &&
    sums.every((sum, i) => isWithin(sum, rowLower[i], rowUpper[i]))
  );
}
