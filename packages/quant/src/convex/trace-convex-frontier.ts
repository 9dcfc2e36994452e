import { dot } from "../linalg/matrix.ts";
import type { LinearSystem } from "../optimize/linear-system.ts";
import type { ConvexOptions, ConvexPoint, ConvexProgram, ConvexResult } from "./program.ts";
import { solveConvex } from "./solve-convex.ts";

/** A point of the frontier: least risk among the portfolios of this return or more. */
export interface ConvexFrontierPoint extends ConvexPoint {
  readonly expectedReturn: number;
  /** The program's objective. */
  readonly risk: number;
  /** Rate at which the least risk rises with the return. */
  readonly slope: number;
}

/**
 * What became of a frontier. `errorBound` is the most by which the risk on a straight line between
 * neighbors exceeds the least risk of that return: risk is convex in return, so it lies above the
 * tangents at both ends.
 */
export type ConvexFrontier =
  | {
      readonly status: "traced";
      readonly points: readonly ConvexFrontierPoint[];
      readonly errorBound: number;
    }
  | Exclude<ConvexResult, { readonly status: "optimal" }>;

// The frontier ends this share of its range below the greatest return.
const END = 1e-6;

/**
 * Traces the frontier of return and any convex risk, adding the point where chord and tangents
 * differ most (Rote 1992, "The convergence rate of the sandwich algorithm").
 *
 * @param program - Its objective is the risk.
 * @param returns - Expected returns, length n.
 * @param limits - At most `pointsMax` points (at least 2), and none once the bound is `error`.
 */
export function traceConvexFrontier(
  program: ConvexProgram,
  returns: Float64Array,
  limits: { readonly pointsMax: number; readonly error: number },
  options: ConvexOptions = {},
): ConvexFrontier {
  const least = solveConvex(program, options);
  if (least.status !== "optimal") {
    return least;
  }
  const { system, limits: caps = [] } = program;
  const linear = returns.map((value) => -value);
  const greatest = solveConvex({ system, linear, limits: caps }, options);
  if (greatest.status !== "optimal") {
    return greatest;
  }
  const points = [pointOf(least, returns, 0)];
  // The very end often leaves a single portfolio, and an interior method no interior.
  let target = -greatest.objective - END * (-greatest.objective - points[0].expectedReturn);
  let errorBound = 0;
  while (points.length < limits.pointsMax) {
    const point = solveConvex({ ...program, system: withReturn(system, returns, target) }, options);
    if (point.status !== "optimal") {
      return point;
    }
    points.push(pointOf(point, returns, point.multipliers.rows[system.rows.rows]));
    points.sort((a, b) => a.expectedReturn - b.expectedReturn);
    const widest = widestGap(points);
    errorBound = widest.gap;
    if (errorBound <= limits.error) {
      break;
    }
    target = widest.expectedReturn;
  }
  return { status: "traced", points, errorBound };
}

function pointOf(point: ConvexPoint, returns: Float64Array, slope: number): ConvexFrontierPoint {
  const expectedReturn = dot(returns, point.x);
  return { ...point, expectedReturn, risk: point.objective, slope: Math.max(slope, 0) };
}

function withReturn(system: LinearSystem, returns: Float64Array, target: number): LinearSystem {
  const { rows, rowLower, rowUpper } = system;
  return {
    ...system,
    rows: {
      rows: rows.rows + 1,
      cols: rows.cols,
      values: Float64Array.of(...rows.values, ...returns),
    },
    rowLower: Float64Array.of(...rowLower, target),
    rowUpper: Float64Array.of(...rowUpper, Number.POSITIVE_INFINITY),
  };
}

/** Finds the pair of neighbors between which the tangents leave most room below the chord. */
function widestGap(points: readonly ConvexFrontierPoint[]): {
  expectedReturn: number;
  gap: number;
} {
  let widest = { expectedReturn: 0, gap: 0 };
  for (let i = 0; i + 1 < points.length; i++) {
    const left = points[i];
    const right = points[i + 1];
    const width = right.expectedReturn - left.expectedReturn;
    const steeper = right.slope - left.slope;
    if (!(width > 0 && steeper > 0)) {
      continue;
    }
    // Where left.risk + left.slope·s equals right.risk − right.slope·(width − s).
    const crossing = (left.risk - right.risk + right.slope * width) / steeper;
    const s = Math.min(Math.max(crossing, 0), width);
    const chord = left.risk + ((right.risk - left.risk) * s) / width;
    const gap = chord - (left.risk + left.slope * s);
    if (gap > widest.gap) {
      widest = { expectedReturn: left.expectedReturn + s, gap };
    }
  }
  return widest;
}
