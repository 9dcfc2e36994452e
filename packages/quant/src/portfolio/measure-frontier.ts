import type { ConvexOptions } from "../convex/program.ts";
import { type GoalSolution, netReturn } from "./attempt-goal.ts";
import type { PortfolioMeasure, PortfolioModel } from "./portfolio-model.ts";
import { type GoalResult, solveGoal } from "./solve-goal.ts";

/** A portfolio of least risk for its return. */
export interface MeasureFrontierPoint {
  readonly weights: Float64Array;
  /** Expected return per year, less costs. */
  readonly expectedReturn: number;
  /** In the unit of the measure. */
  readonly risk: number;
  /** Rate at which the least risk rises with the return, at least 0. */
  readonly slope: number;
}

/** The frontier of a measure, by points and a bound on what lies between them. */
export interface MeasureFrontier {
  readonly status: "traced";
  /** From the highest return down to the least risk. */
  readonly points: readonly MeasureFrontierPoint[];
  /** How far below the chords the frontier may lie, over the largest risk. */
  readonly gap: number;
  /** Largest residuals and gap of the points, and all their iterations. */
  readonly certificate: GoalSolution["certificate"];
}

/** How finely a frontier is traced. */
export interface MeasureFrontierOptions extends ConvexOptions {
  /** Most points, at least 2. */
  readonly pointCount: number;
  /** The gap at which no more points are added. */
  readonly gap: number;
}

// The highest return is approached to this fraction of the range of returns, so that least risk
// decides among portfolios that share it.
const TOP = 1e-9;

/**
 * Traces the least risk for each expected return by any convex measure.
 *
 * The frontier is convex, so that it lies between the chord of two neighbors and their tangents,
 * which the multipliers of the target return give. The next point is put where the tangents meet
 * under the widest gap (Rote 1992, the sandwich algorithm).
 *
 * @throws {ArgumentError} As `solveGoal`.
 * @see Rote (1992), "The convergence rate of the sandwich algorithm for approximating convex
 *   functions", doi:10.1007/BF02238642
 */
export function traceMeasureFrontier(
  model: PortfolioModel,
  measure: PortfolioMeasure,
  options: MeasureFrontierOptions,
): MeasureFrontier | Exclude<GoalResult, { status: "solved" }> {
  const least = solveGoal(model, { kind: "minimum-risk", measure }, options);
  if (least.status !== "solved") {
    return least;
  }
  const most = solveGoal(model, { kind: "maximum-return" }, options);
  if (most.status !== "solved") {
    return most;
  }
  const solved = [least, most];
  const low = pointOf(model, least, 0);
  const range = netReturn(model, most.weights) - low.expectedReturn;
  const points = [low];
  const add = (expectedReturn: number) => {
    const goal = { kind: "target-return", returnPerYear: expectedReturn, measure } as const;
    const above = points.findLast((point) => point.expectedReturn >= expectedReturn);
    const start = { x: above?.weights ?? most.weights };
    const result = solveGoal(model, goal, { ...options, start });
    if (result.status !== "solved") {
      return false;
    }
    solved.push(result);
    const price = result.binding.find(({ ref }) => ref.type === "target")?.shadowPrice ?? 0;
    points.push(pointOf(model, result, price));
    points.sort((a, b) => b.expectedReturn - a.expectedReturn);
    return true;
  };
  if (range > 0) {
    add(low.expectedReturn + range * (1 - TOP));
  }
  let widest = widestGap(points);
  while (widest.gap > options.gap && points.length < options.pointCount) {
    if (!add(widest.at)) {
      break;
    }
    widest = widestGap(points);
  }
  return { status: "traced", points, gap: widest.gap, certificate: worstOf(solved) };
}

function pointOf(
  model: PortfolioModel,
  { weights, objective }: GoalSolution,
  slope: number,
): MeasureFrontierPoint {
  return { weights, risk: objective, slope, expectedReturn: netReturn(model, weights) };
}

/** Finds the neighbors whose tangents meet farthest below their chord. */
function widestGap(points: readonly MeasureFrontierPoint[]): {
  readonly gap: number;
  readonly at: number;
} {
  const size = points.reduce((most, { risk }) => Math.max(most, Math.abs(risk)), 0);
  let widest = { gap: 0, at: Number.NaN };
  for (let k = 0; k + 1 < points.length; k++) {
    const found = gapBetween(points[k], points[k + 1]);
    if (size > 0 && found.depth / size > widest.gap) {
      widest = { gap: found.depth / size, at: found.at };
    }
  }
  return widest;
}

function gapBetween(high: MeasureFrontierPoint, low: MeasureFrontierPoint) {
  const width = high.expectedReturn - low.expectedReturn;
  const chord = (high.risk - low.risk) / width;
  const bend = high.slope - low.slope;
  if (!(width > 0 && bend > 0)) {
    return { depth: 0, at: Number.NaN };
  }
  // The tangents meet where low.risk + low.slope·x = high.risk − high.slope·(width − x).
  const x = Math.min(width, Math.max(0, (high.slope * width - (high.risk - low.risk)) / bend));
  return { depth: (chord - low.slope) * x, at: low.expectedReturn + x };
}

function worstOf(solved: readonly GoalSolution[]): GoalSolution["certificate"] {
  const [first] = solved;
  const certificates = solved.map(({ certificate }) => certificate);
  const largest = (read: (each: GoalSolution["certificate"]) => number) =>
    Math.max(...certificates.map(read));
  return {
    algorithm: first.certificate.algorithm,
    iterations: certificates.reduce((sum, { iterations }) => sum + iterations, 0),
    primalResidual: largest(({ primalResidual }) => primalResidual),
    dualResidual: largest(({ dualResidual }) => dualResidual),
    gap: largest(({ gap }) => gap),
  };
}
