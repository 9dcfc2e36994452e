import type { ConvexProgram } from "../convex/program.ts";
import { solveConvex } from "../convex/solve-convex.ts";
import { termValue } from "../convex/terms/term-forms.ts";
import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { findConflicts } from "../optimize/conflicts.ts";
import { largestBudget, linearSystem, type WeightConstraints } from "../optimize/constraints.ts";
import type { Certificate, LinearSystem } from "../optimize/linear-system.ts";
import type { PortfolioMeasure, PortfolioModel } from "./portfolio-model.ts";
import { rootTerm } from "./risk-terms.ts";
import { trustedPoint } from "./trusted-point.ts";

/** Weights by risk budget, or why there are none. */
export type BudgetedRisk =
  | {
      readonly status: "solved";
      readonly weights: Float64Array;
      /** Of the program that was solved. */
      readonly certificate: Certificate;
      /** False where the solver gave up within the accuracy that the certificate tells. */
      readonly isProven: boolean;
    }
  /** The constraints leave no portfolio of positive weights. */
  | { readonly status: "infeasible" }
  /** Some portfolio of positive weights has no risk. */
  | { readonly status: "no-risk" }
  | { readonly status: "unsolved" };

/**
 * Finds positive weights whose contributions to a risk are in proportion to given budgets:
 * wᵢ·∂ρ/∂wᵢ = bᵢ·ρ(w). For kinks of ρ, some subgradient has these contributions.
 *
 * The y > 0 that minimizes ρ(y) − Σᵢ bᵢ ln yᵢ solves it, and w is y scaled to the budget. Within
 * constraints, they limit the fractions y/Σy: the weights are then those of least risk among all
 * that are as evenly spread, Σᵢ bᵢ ln wᵢ.
 *
 * @param measure - Convex and growing with the weights; one that grows with their square counts by
 *   its root, which has the same shares.
 * @param riskBudgets - Positive, length n, in any unit.
 * @param withinConstraints - Whether bounds and rows are kept to; without, they are left to be
 *   checked.
 * @throws {ArgumentError} The measure is not convex or needs scenarios that are missing, a budget is
 *   not positive and finite, or the sum of weights is not to be over 0.
 * @see Richard & Roncalli (2019), "Constrained Risk Budgeting Portfolios", arXiv:1902.05710
 */
export function budgetRisk(
  model: Pick<PortfolioModel, "covariance" | "scenarios" | "constraints">,
  measure: PortfolioMeasure,
  riskBudgets: Float64Array,
  withinConstraints: boolean,
): BudgetedRisk {
  const n = model.constraints.lower.length;
  const budget = largestBudget(model.constraints);
  if (!(budget > 0)) {
    throw new ArgumentError(`weights by risk budget cannot sum to ${budget}`);
  }
  const term = rootTerm(measure, model);
  const size = termValue(term, new Float64Array(n).fill(1 / n));
  if (!(size > 0)) {
    return { status: "no-risk" };
  }
  const total = riskBudgets.reduce((sum, value) => sum + value, 0);
  const budgets = riskBudgets.map((value) => value / total);
  if (budgets.length !== n || !budgets.every((value) => value > 0)) {
    throw new ArgumentError("risk budgets must be positive and finite, one for each asset");
  }
  if (withinConstraints && !allowsPositive(model.constraints)) {
    return { status: "infeasible" };
  }
  const program: ConvexProgram = {
    terms: [
      { weight: 1 / size, term },
      { weight: 1, term: { kind: "logarithmic-barrier", budgets } },
    ],
    system: withinConstraints ? fractionSystem(linearSystem(model.constraints), budget) : free(n),
  };
  const result = solveConvex(program, { tolerance: TOLERANCE });
  if (result.status === "infeasible") {
    return { status: "infeasible" };
  }
  if (result.status === "unbounded") {
    return { status: "no-risk" };
  }
  const point = trustedPoint(result);
  if (point === undefined) {
    return { status: "unsolved" };
  }
  const sum = point.x.reduce((all, value) => all + value, 0);
  return {
    status: "solved",
    weights: point.x.map((value) => (budget * value) / sum),
    certificate: point.certificate,
    isProven: isProven(point.certificate),
  };
}

// Shares of risk err by about the root of the gap, so more is asked for than counts as proof.
const TOLERANCE = 1e-12;
const PROVEN = 1e-8;

function isProven({ primalResidual, dualResidual, gap }: Certificate): boolean {
  return Math.max(primalResidual, dualResidual, gap) <= PROVEN;
}

/** Whether some weights over 0 keep to the constraints, but for rounding. */
function allowsPositive(constraints: WeightConstraints): boolean {
  if (constraints.upper.some((bound) => !(bound > 0))) {
    return false;
  }
  const lower = constraints.lower.map((bound) => Math.max(0, bound));
  const budget = largestBudget(constraints);
  const names = Array.from(lower, (_, asset) => `asset ${asset}`);
  return findConflicts({ ...constraints, lower, budget }, names).length === 0;
}

function free(n: number): LinearSystem {
  return {
    lower: new Float64Array(n),
    upper: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    rows: { rows: 0, cols: n, values: new Float64Array(0) },
    rowLower: new Float64Array(0),
    rowUpper: new Float64Array(0),
  };
}

/** Limits on w = budget·y/Σy as limits on y: a'y ≤ (limit/budget)·Σy for every limit that y > 0 leaves. */
function fractionSystem({ lower, upper, rows, rowLower, rowUpper }: LinearSystem, budget: number) {
  const n = lower.length;
  const limits: Float64Array[] = [];
  const add = (coefficientOf: (i: number) => number, limit: number, sign: number) => {
    if (Number.isFinite(limit)) {
      limits.push(
        Float64Array.from({ length: n }, (_, i) => sign * (coefficientOf(i) - limit / budget)),
      );
    }
  };
  for (let asset = 0; asset < n; asset++) {
    const unit = (i: number) => (i === asset ? 1 : 0);
    if (lower[asset] > 0) {
      add(unit, lower[asset], -1);
    }
    if (upper[asset] < budget) {
      add(unit, upper[asset], 1);
    }
  }
  // Row 0 is the budget itself.
  for (let r = 1; r < rows.rows; r++) {
    add((i) => rows.values[r * n + i], rowLower[r], -1);
    add((i) => rows.values[r * n + i], rowUpper[r], 1);
  }
  return { ...free(n), ...rowsAtMostZero(limits, n) };
}

function rowsAtMostZero(limits: readonly Float64Array[], n: number) {
  const rows: Matrix = {
    rows: limits.length,
    cols: n,
    values: new Float64Array(limits.length * n),
  };
  for (const [r, limit] of limits.entries()) {
    rows.values.set(limit, r * n);
  }
  return {
    rows,
    rowLower: new Float64Array(limits.length).fill(Number.NEGATIVE_INFINITY),
    rowUpper: new Float64Array(limits.length),
  };
}
