import type {
  ConvexMultipliers,
  ConvexOptions,
  ConvexPoint,
  ConvexProgram,
  ConvexResult,
} from "../convex/program.ts";
import { solveConvex } from "../convex/solve-convex.ts";
import { ArgumentError } from "../errors.ts";
import { dot } from "../linalg/matrix.ts";
import type { Certificate } from "../optimize/linear-system.ts";
import { type BindingLimit, bindingLimits } from "./binding-limits.ts";
import { type GoalProgram, goalProgram } from "./goal-program.ts";
import type { Goal, PortfolioMeasure, PortfolioModel } from "./portfolio-model.ts";
import { growthDegree, portfolioRisk } from "./portfolio-risk.ts";
import { solveMomentUtility } from "./solve-moment-utility.ts";
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
  /** A program that the weights solve. */
  readonly program: ConvexProgram;
  readonly multipliers: ConvexMultipliers;
}

/** Weights, or the program that failed. */
export type GoalAttempt =
  | ({ readonly status: "solved" } & GoalSolution)
  | { readonly status: "no-risk" }
  | { readonly status: "failed"; readonly result: ConvexResult; readonly built: GoalProgram };

/**
 * Solves a goal once, without a look for the cause of a failure.
 *
 * @throws {ArgumentError} As `solveGoal`.
 */
export function attemptGoal(
  model: PortfolioModel,
  goal: Goal,
  options: ConvexOptions,
): GoalAttempt {
  if (goal.kind === "maximum-ratio") {
    return bestRatio(model, goal, options);
  }
  if (goal.kind === "moment-utility") {
    return bestMomentUtility(model, goal, options);
  }
  const built = goalProgram(model, goal);
  const result = solveConvex(built.program, options);
  const point = trustedPoint(result);
  if (point === undefined) {
    return { status: "failed", result, built };
  }
  const objective = objectiveValue(model, goal, point);
  if (!Number.isFinite(objective)) {
    throw new ArgumentError(
      `the value of the goal is ${objective}: returns or limits are too large`,
    );
  }
  const scale = objectiveScale(model, goal, point);
  return {
    status: "solved",
    weights: point.x,
    objective,
    certificate: point.certificate,
    isProven: result.status === "optimal",
    binding: bindingLimits(model, built, point.multipliers, scale),
    excessReturnIsPositive: true,
    targetBinds: targetBinds(goal, point),
    program: built.program,
    multipliers: point.multipliers,
  };
}

function bestRatio(
  model: PortfolioModel,
  goal: Extract<Goal, { kind: "maximum-ratio" }>,
  options: ConvexOptions,
): GoalAttempt {
  const result = solveRatio(model, goal.measure, options);
  if (result.status !== "solved") {
    return result;
  }
  const { point, ratio, ...rest } = result;
  const { x: weights, certificate, multipliers } = point;
  return { ...rest, weights, certificate, multipliers, objective: ratio, targetBinds: true };
}

function bestMomentUtility(
  model: PortfolioModel,
  goal: Extract<Goal, { kind: "moment-utility" }>,
  options: ConvexOptions,
): GoalAttempt {
  const found = solveMomentUtility(model, goal, options, attemptGoal);
  if (found.status !== "solved") {
    return found;
  }
  const { weights: x, objective } = found;
  return { ...found, objective: objectiveValue(model, goal, { x, objective }) };
}

function objectiveValue(
  model: PortfolioModel,
  goal: Goal,
  { x, objective }: Pick<ConvexPoint, "x" | "objective">,
): number {
  if (model.customTerms !== undefined) {
    const isLeast = goal.kind === "minimum-risk" || goal.kind === "target-return";
    const isTracking = goal.kind === "benchmark-tracking";
    const invested = x.reduce((sum, weight) => sum + weight, 0);
    return isLeast || isTracking ? objective : model.riskFreeRate * invested - objective;
  }
  switch (goal.kind) {
    case "minimum-risk":
    case "target-return":
      // What stands for the value at risk may be below it.
      return goal.measure.kind === "var" ? objective : portfolioRisk(goal.measure, x, model).risk;
    case "maximum-return":
    case "target-risk":
      return netReturn(model, x);
    case "maximum-utility":
    case "kelly":
    case "moment-utility":
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
