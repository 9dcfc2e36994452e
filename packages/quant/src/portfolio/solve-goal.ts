import type { ConvexOptions, ConvexPoint, ConvexResult } from "../convex/program.ts";
import { solveConvex } from "../convex/solve-convex.ts";
import { dot } from "../linalg/matrix.ts";
import { findConflicts } from "../optimize/conflicts.ts";
import type { Certificate } from "../optimize/linear-system.ts";
import { type BindingLimit, bindingLimits } from "./binding-limits.ts";
import { type GoalProgram, goalProgram } from "./goal-program.ts";
import type { Goal, LimitRef, PortfolioMeasure, PortfolioModel } from "./portfolio-model.ts";
import { growthDegree, portfolioRisk } from "./portfolio-risk.ts";
import { solveRatio } from "./solve-ratio.ts";
import { tradingEffect } from "./trading-effect.ts";
import { trustedPoint } from "./trusted-point.ts";

/** The best weights for a goal, and why no others are better. */
export interface GoalSolution {
  readonly weights: Float64Array;
  /** Value of what the goal minimizes or maximizes, per year for returns and utilities. */
  readonly objective: number;
  readonly certificate: Certificate;
  /** False where the solver gave up within the accuracy that the certificate tells. */
  readonly isProven: boolean;
  /** The limits that the weights meet exactly, with what loosening them is worth. */
  readonly binding: readonly BindingLimit[];
  /** Whether a ratio's excess return is positive; true for other goals. */
  readonly excessReturnIsPositive: boolean;
  /** Whether the target holds the answer back; true for goals without one. */
  readonly targetBinds: boolean;
}

/** Weights, or why there are none. */
export type GoalResult =
  | ({ readonly status: "solved" } & GoalSolution)
  /** The limits that cannot hold together. */
  | { readonly status: "infeasible"; readonly refs: readonly LimitRef[] }
  /** The target is beyond what the limits allow, which is given. */
  | { readonly status: "target-out-of-range"; readonly best: number }
  /** A portfolio without risk makes a ratio infinite. */
  | { readonly status: "no-risk" }
  /** Nothing limits the objective. */
  | { readonly status: "unbounded" }
  /** Asked to stop, or lost to rounding, before there were weights to trust. */
  | { readonly status: "stopped" | "unsolved" };

/**
 * Finds the best weights for a goal under every limit of a model.
 *
 * @throws {ArgumentError} Arrays differ in length, a number makes no sense, or the goal needs
 *   scenarios or a benchmark that the model lacks.
 */
export function solveGoal(
  model: PortfolioModel,
  goal: Goal,
  options: ConvexOptions = {},
): GoalResult {
  if (goal.kind === "maximum-ratio") {
    return bestRatio(model, goal, options);
  }
  const built = goalProgram(model, goal);
  const result = solveConvex(built.program, options);
  const point = trustedPoint(result);
  if (point === undefined) {
    return failure(result, model, goal, built, options);
  }
  const scale = objectiveScale(model, goal, point);
  return {
    status: "solved",
    weights: point.x,
    objective: objectiveValue(model, goal, point),
    certificate: point.certificate,
    isProven: result.status === "optimal",
    binding: bindingLimits(model, built, point.multipliers, scale),
    excessReturnIsPositive: true,
    targetBinds: targetBinds(goal, point),
  };
}

function bestRatio(
  model: PortfolioModel,
  goal: Extract<Goal, { kind: "maximum-ratio" }>,
  options: ConvexOptions,
): GoalResult {
  const result = solveRatio(model, goal.measure, options);
  switch (result.status) {
    case "no-risk":
      return result;
    case "failed":
      return failure(result.result, model, goal, result.built, options);
    case "solved": {
      const { point, ratio, ...rest } = result;
      const { x: weights, certificate } = point;
      return { ...rest, weights, certificate, objective: ratio, targetBinds: true };
    }
  }
}

function failure(
  result: ConvexResult,
  model: PortfolioModel,
  goal: Goal,
  built: GoalProgram,
  options: ConvexOptions,
): GoalResult {
  switch (result.status) {
    case "infeasible": {
      const best = bestTarget(model, goal, options);
      return best === undefined
        ? {
            status: "infeasible",
            refs: bindingLimits(model, built, result.multipliers, 1).map(({ ref }) => ref),
          }
        : { status: "target-out-of-range", best };
    }
    case "unbounded":
      return { status: "unbounded" };
    case "stopped":
      return { status: "stopped" };
    default:
      return unsolved(model);
  }
}

/** Blames the linear limits where they contradict each other by themselves. */
function unsolved({ constraints, names }: PortfolioModel): GoalResult {
  const refs = findConflicts(constraints, names).flatMap((conflict) => conflict.constraints);
  return refs.length > 0 ? { status: "infeasible", refs } : { status: "unsolved" };
}

/** Finds how near to its target a goal can come, where the limits besides it allow anything. */
function bestTarget(model: PortfolioModel, goal: Goal, options: ConvexOptions): number | undefined {
  switch (goal.kind) {
    case "target-return": {
      const most = solveGoal(model, { kind: "maximum-return" }, options);
      return most.status === "solved" ? netReturn(model, most.weights) : undefined;
    }
    case "target-risk": {
      const { measure } = goal.limit;
      const least = solveGoal(model, { kind: "minimum-risk", measure }, options);
      return least.status === "solved" ? least.objective : undefined;
    }
    default:
      return;
  }
}

function objectiveValue(model: PortfolioModel, goal: Goal, { x, objective }: ConvexPoint): number {
  if (model.customTerms !== undefined) {
    const isLeast = goal.kind === "minimum-risk" || goal.kind === "target-return";
    const isTracking = goal.kind === "benchmark-tracking";
    const invested = x.reduce((sum, weight) => sum + weight, 0);
    return isLeast || isTracking ? objective : model.riskFreeRate * invested - objective;
  }
  switch (goal.kind) {
    case "minimum-risk":
    case "target-return":
      return portfolioRisk(goal.measure, x, model).risk;
    case "maximum-return":
    case "target-risk":
      return netReturn(model, x);
    case "maximum-utility":
    case "kelly":
      return model.riskFreeRate - objective;
    default:
      return objective;
  }
}

/** The rate at which the objective's own value moves with what the program minimizes. */
function objectiveScale(model: PortfolioModel, goal: Goal, { x }: ConvexPoint): number {
  if (goal.kind !== "minimum-risk" && goal.kind !== "target-return") {
    return 1;
  }
  return rootSlope(goal.measure, portfolioRisk(goal.measure, x, model).risk);
}

/** d ρ / d√ρ where a measure is minimized by its root; 1 where it is minimized itself. */
export function rootSlope(measure: PortfolioMeasure, risk: number): number {
  const isRooted = growthDegree(measure) === 2 && measure.kind !== "variance";
  return isRooted ? 2 * Math.sqrt(risk) : 1;
}

/** Expected return per year less costs. */
export function netReturn(model: PortfolioModel, weights: Float64Array): number {
  const costs = model.trading === undefined ? 0 : tradingEffect(weights, model.trading).costPerYear;
  return dot(model.expectedReturns, weights) - costs;
}

function targetBinds(goal: Goal, { multipliers }: ConvexPoint): boolean {
  const hasTarget = goal.kind === "target-return" || goal.kind === "target-risk";
  return !hasTarget || (multipliers.limits.at(-1) ?? 0) > SLACK;
}

// A multiplier below this prices nothing.
const SLACK = 1e-9;
