import { maximizeRatio } from "../convex/maximize-ratio.ts";
import type { ConvexOptions, ConvexPoint, ConvexProgram, ConvexResult } from "../convex/program.ts";
import { solveConvex } from "../convex/solve-convex.ts";
import { type ConvexTerm, termValue } from "../convex/terms/term-forms.ts";
import { dot } from "../linalg/matrix.ts";
import { type BindingLimit, bindingLimits } from "./binding-limits.ts";
import { type GoalProgram, goalProgram } from "./goal-program.ts";
import type { PortfolioMeasure, PortfolioModel } from "./portfolio-model.ts";
import { rootTerm } from "./risk-terms.ts";
import { trustedPoint } from "./trusted-point.ts";

/** The portfolio of the highest ratio of excess return, less costs, to risk. */
export interface RatioSolution {
  readonly status: "solved";
  readonly point: ConvexPoint;
  readonly isProven: boolean;
  readonly ratio: number;
  readonly binding: readonly BindingLimit[];
  readonly excessReturnIsPositive: boolean;
  /** A program that the portfolio solves, with the multipliers of the point. */
  readonly program: ConvexProgram;
}

/** A ratio, or why there is none: no risk, or the program that failed. */
export type RatioResult =
  | RatioSolution
  | { readonly status: "no-risk" }
  | { readonly status: "failed"; readonly result: ConvexResult; readonly built: GoalProgram };

const ROUNDS_MAX = 30;
// Ratios that rise by less than this fraction have converged.
const CONVERGED = 1e-13;
// A risk below this fraction of the return that it is to bear is rounding of 0.
const NO_RISK = 1e-9;

/**
 * Finds the highest ratio of excess return, less costs, to risk under limits of any convex kind.
 *
 * Without costs by the variables of Charnes & Cooper; with them by Dinkelbach's method: θ is the
 * ratio where the largest of return − θ·risk is 0.
 *
 * Where no portfolio earns more than the risk-free rate, the one of the highest return has the
 * least negative ratio of the efficient ones, for more return then never comes with less risk.
 *
 * @see Charnes & Cooper (1962), "Programming with Linear Fractional Functionals",
 *   doi:10.1002/nav.3800090303
 * @see Dinkelbach (1967), "On Nonlinear Fractional Programming", doi:10.1287/mnsc.13.7.492
 */
export function solveRatio(
  model: PortfolioModel,
  measure: PortfolioMeasure,
  options: ConvexOptions,
): RatioResult {
  const built = goalProgram(model, { kind: "maximum-return" });
  const risk = rootTerm(measure, model);
  const search: RatioSearch = { model, built, risk, options };
  if ((built.program.terms ?? []).length === 0) {
    return ratioOfLinear(search);
  }
  const top = solveConvex(built.program, options);
  const highest = trustedPoint(top);
  if (highest === undefined) {
    return { status: "failed", result: top, built };
  }
  if (!(highest.objective < 0)) {
    return solved(search, highest, 0, top.status === "optimal");
  }
  return raiseRatio(search, highest);
}

interface RatioSearch {
  readonly model: PortfolioModel;
  readonly built: GoalProgram;
  readonly risk: ConvexTerm;
  readonly options: ConvexOptions;
}

/** Solves for y = κw, in which a ratio with a linear numerator is a convex program. */
function ratioOfLinear(search: RatioSearch): RatioResult {
  const { model, built, risk, options } = search;
  const { linear = new Float64Array(), ...program } = built.program;
  const returns = linear.map((loss) => -loss);
  const risky = { ...program, terms: [{ weight: 1, term: risk }] };
  const result = maximizeRatio(risky, { returns, riskFree: 0 }, options);
  switch (result.status) {
    case "unbounded":
      return { status: "no-risk" };
    case "infeasible":
      return { status: "failed", result, built };
    case "no-positive-excess":
      return leastLoss(search);
    default: {
      const point = trustedPoint(result);
      if (point === undefined) {
        return { status: "failed", result, built };
      }
      if (!(result.risk > NO_RISK * result.excessReturn)) {
        return { status: "no-risk" };
      }
      // The multipliers are those of the risk less the ratio's inverse times the excess return.
      const scale = result.excessReturn / result.risk ** 2;
      return {
        status: "solved",
        point,
        isProven: result.status === "optimal",
        ratio: result.objective,
        binding: bindingLimits(model, built, point.multipliers, scale),
        excessReturnIsPositive: true,
        program: {
          ...risky,
          linear: linear.map((loss) => (loss * result.risk) / result.excessReturn),
        },
      };
    }
  }
}

/** Answers with the highest return where no portfolio earns more than the risk-free rate. */
function leastLoss(search: RatioSearch): RatioResult {
  const { built, options } = search;
  const result = solveConvex(built.program, options);
  const point = trustedPoint(result);
  return point === undefined
    ? { status: "failed", result, built }
    : solved(search, point, 0, result.status === "optimal");
}

function raiseRatio(search: RatioSearch, start: ConvexPoint): RatioResult {
  const { built, risk, options } = search;
  let point = start;
  let theta = ratioOf(search, start);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (!Number.isFinite(theta)) {
      return { status: "no-risk" };
    }
    const terms = [...(built.program.terms ?? []), { weight: theta, term: risk }];
    const result = solveConvex({ ...built.program, terms }, options);
    const next = trustedPoint(result);
    if (next === undefined) {
      return { status: "failed", result, built };
    }
    const ratio = ratioOf(search, next);
    if (ratio <= theta * (1 + CONVERGED)) {
      return solved(search, next, theta, result.status === "optimal");
    }
    point = next;
    theta = ratio;
  }
  return solved(search, point, theta, false);
}

/** Ratio at a point; infinite where there is no risk. */
function ratioOf({ built, risk }: RatioSearch, { x }: ConvexPoint): number {
  const excess = -lossOf(built.program, x);
  const size = termValue(risk, x);
  return size > NO_RISK * Math.abs(excess) ? excess / size : Number.POSITIVE_INFINITY;
}

function lossOf({ linear, terms = [] }: ConvexProgram, x: Float64Array): number {
  return terms.reduce(
    (sum, { weight, term }) => sum + weight * termValue(term, x),
    linear === undefined ? 0 : dot(linear, x),
  );
}

function solved(
  search: RatioSearch,
  point: ConvexPoint,
  theta: number,
  isProven: boolean,
): RatioSolution {
  const { model, built, risk } = search;
  const size = termValue(risk, point.x);
  const scale = size > 0 ? 1 / size : 0;
  return {
    status: "solved",
    point,
    isProven,
    ratio: theta === 0 ? -lossOf(built.program, point.x) * scale : ratioOf(search, point),
    binding: bindingLimits(model, built, point.multipliers, scale),
    excessReturnIsPositive: theta > 0,
    program: {
      ...built.program,
      terms: [...(built.program.terms ?? []), { weight: theta, term: risk }],
    },
  };
}
