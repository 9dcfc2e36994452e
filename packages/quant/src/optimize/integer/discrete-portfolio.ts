import { ArgumentError } from "../../errors.ts";
import { type Matrix, multiplyVector } from "../../linalg/matrix.ts";
import { constraintSize, linearSystem, type WeightConstraints } from "../constraints.ts";
import type { Certificate, LinearSystem } from "../linear-system.ts";
import type { Activity, IntegerProgram, SearchLimits } from "./integer-program.ts";
import { ratioProgram } from "./ratio-program.ts";
import { solveIntegerProgram } from "./solve-integer-program.ts";

// Choices are told from rounding by distances relative to weights of about 1.
const SIZE_MAX = 1e9;

/** All-or-nothing limits on weights. Arrays have length n. */
export interface Discreteness {
  /** On the number of assets that are held, each with at least its least position. */
  readonly holdings?: Omit<Activity, "center">;
  /** On the number of assets that are traded, and on the size of trades. */
  readonly trades?: Activity;
  /** Unit of each weight; 0 for any value. */
  readonly lots?: Float64Array;
}

/** A mean-variance problem with all-or-nothing limits. Returns and variances are per year. */
export interface DiscretePortfolioProblem {
  readonly expectedReturns: Float64Array;
  readonly covariance: Matrix;
  readonly constraints: WeightConstraints;
  readonly discreteness: Discreteness;
  readonly goal: DiscreteGoal;
}

/** What the best weights are. */
export type DiscreteGoal =
  | { readonly kind: "minimum-variance" }
  /** Return less `riskAversion`/2 times the variance. */
  | { readonly kind: "maximum-utility"; readonly riskAversion: number }
  | { readonly kind: "target-return"; readonly returnPerYear: number }
  | { readonly kind: "maximum-sharpe"; readonly riskFreeRate: number }
  /** Least variance of the difference from weights of length n. */
  | { readonly kind: "tracking"; readonly benchmark: Float64Array };

/** What became of a discrete problem. */
export type DiscretePortfolioResult =
  | DiscretePortfolio
  | { readonly status: "infeasible" }
  /** Ended before anything feasible was found. */
  | { readonly status: "unknown" };

/** The best weights found. */
export interface DiscretePortfolio {
  /** `optimal` when proven within the gap, `stopped` when the search was ended before. */
  readonly status: "optimal" | "stopped";
  readonly weights: Float64Array;
  /** Bounds that the choices leave, length n: 0 and 0 where an asset is not held. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Value of what was minimized. */
  readonly objective: number;
  /** Objective less its bound, relative to the objective. */
  readonly gap: number;
  readonly certificate: Certificate;
}

/**
 * Finds the best portfolio with limits on numbers of assets and trades, sizes of positions, or
 * lots, by branch and bound.
 *
 * Maximum Sharpe ratio takes holdings, not trades or lots, and positions from 0 up: it minimizes
 * the variance per squared excess return, and is infeasible where no excess return is positive.
 *
 * @throws {ArgumentError} The problem is malformed, its numbers are out of range, or Σ is not
 *   positive semidefinite.
 */
export function discretePortfolio(
  problem: DiscretePortfolioProblem,
  limits: SearchLimits = {},
): DiscretePortfolioResult {
  const size = constraintSize(problem.constraints);
  if (!(size >= 1 / SIZE_MAX && size <= SIZE_MAX)) {
    throw new ArgumentError(`the largest limit is ${size}, not within 1e-9 and 1e9`);
  }
  if (problem.goal.kind === "maximum-sharpe") {
    return bestRatio(problem, problem.goal.riskFreeRate, limits);
  }
  const result = solveIntegerProgram(integerProgram(problem, problem.goal), limits);
  if (result.status === "infeasible" || result.status === "unknown") {
    return { status: result.status };
  }
  const { x: weights, ...rest } = result;
  return { ...rest, weights };
}

function integerProgram(
  { expectedReturns, covariance, constraints, discreteness }: DiscretePortfolioProblem,
  goal: Exclude<DiscreteGoal, { readonly kind: "maximum-sharpe" }>,
): IntegerProgram {
  const n = expectedReturns.length;
  const { lots } = discreteness;
  const system = linearSystem(constraints);
  const shared = {
    matrix: covariance,
    system,
    activities: activitiesOf(discreteness, n),
    ...(lots === undefined ? {} : { lots }),
  };
  switch (goal.kind) {
    case "minimum-variance":
      return { ...shared, linear: new Float64Array(n) };
    case "maximum-utility":
      if (!(goal.riskAversion > 0 && goal.riskAversion < Number.POSITIVE_INFINITY)) {
        throw new ArgumentError(`risk aversion is ${goal.riskAversion}, not over 0`);
      }
      return { ...shared, linear: expectedReturns.map((mean) => -mean / goal.riskAversion) };
    case "target-return":
      return {
        ...shared,
        linear: new Float64Array(n),
        system: withRow(system, expectedReturns, goal.returnPerYear),
      };
    case "tracking":
      return {
        ...shared,
        linear: multiplyVector(covariance, goal.benchmark).map((value) => -value),
      };
  }
}

/** Lists what counts as active: what is held, then what is traded. */
export function activitiesOf({ holdings, trades }: Discreteness, n: number): Activity[] {
  return [
    ...(holdings === undefined ? [] : [{ center: new Float64Array(n), ...holdings }]),
    ...(trades === undefined ? [] : [trades]),
  ];
}

/** Adds the row coefficients·x ≥ least. */
function withRow(system: LinearSystem, coefficients: Float64Array, least: number): LinearSystem {
  const { rows, rowLower, rowUpper } = system;
  const values = new Float64Array(rows.values.length + coefficients.length);
  values.set(rows.values);
  values.set(coefficients, rows.values.length);
  return {
    ...system,
    rows: { rows: rows.rows + 1, cols: coefficients.length, values },
    rowLower: Float64Array.of(...rowLower, least),
    rowUpper: Float64Array.of(...rowUpper, Number.POSITIVE_INFINITY),
  };
}

function bestRatio(
  problem: DiscretePortfolioProblem,
  riskFreeRate: number,
  limits: SearchLimits,
): DiscretePortfolioResult {
  const result = solveIntegerProgram(ratioProgram(problem, riskFreeRate), limits);
  if (result.status === "infeasible" || result.status === "unknown") {
    return { status: result.status };
  }
  const { x, ...rest } = result;
  const scale = x[x.length - 1];
  const weights = x.slice(0, -1).map((value) => value / scale);
  return { ...rest, weights, ...heldBounds(problem, weights) };
}

/** Gives the bounds under which the held assets stay held, and the others do not come in. */
function heldBounds(
  { constraints, discreteness }: DiscretePortfolioProblem,
  weights: Float64Array,
): { readonly lower: Float64Array; readonly upper: Float64Array } {
  const least = discreteness.holdings?.leastAbove;
  return {
    lower: constraints.lower.map((bound, i) =>
      weights[i] > 0 ? Math.max(bound, least?.[i] ?? 0) : 0,
    ),
    upper: constraints.upper.map((bound, i) => (weights[i] > 0 ? bound : 0)),
  };
}
