import type { ConvexOptions } from "../convex/program.ts";
import { goalProgram, isDirect } from "./goal-program.ts";
import type { Goal, PortfolioModel } from "./portfolio-model.ts";
import { boundShare, keepsShares, splitShare, withinShares } from "./risk-share-limits.ts";
import { type GoalResult, solveGoal } from "./solve-goal.ts";

const ROUNDS_MAX = 60;
// Objectives that improve by less than this fraction have converged.
const CONVERGED = 1e-9;

/** A result, and whether it is the best of all weights or only of those nearby. */
export interface LocalResult {
  readonly result: GoalResult;
  readonly isLocal: boolean;
}

/**
 * Finds good weights for a goal under limits on risk shares, whose set is not convex.
 *
 * Where the best weights without these limits keep within them, they are the best of all. Otherwise
 * each share is bounded by a convex limit that touches it at the weights so far, again and again:
 * each round keeps within the shares and is no worse than the one before (the concave-convex
 * procedure).
 *
 * @throws {ArgumentError} As `solveGoal`.
 * @see Yuille & Rangarajan (2003), doi:10.1162/08997660360581958
 */
export function solveWithinShares(
  model: PortfolioModel,
  goal: Goal,
  options: ConvexOptions = {},
): LocalResult {
  const free = solveGoal(model, goal, options);
  if (free.status !== "solved" || keepsShares(model, free.weights)) {
    return { result: free, isLocal: false };
  }
  const { program } = goalProgram(model, isDirect(goal) ? goal : HIGHEST_RETURN);
  const { system, limits = [] } = program;
  const start = withinShares(model, { system, limits }, free.weights, options);
  if (start === undefined) {
    const refs = (model.riskShareLimits ?? []).map(
      (_, index) => ({ type: "share", index }) as const,
    );
    return { result: { status: "infeasible", refs }, isLocal: true };
  }
  return { result: improve(model, goal, start, options), isLocal: true };
}

const HIGHEST_RETURN = { kind: "maximum-return" } as const;

function improve(
  model: PortfolioModel,
  goal: Goal,
  start: Float64Array,
  options: ConvexOptions,
): GoalResult {
  const shares = (model.riskShareLimits ?? []).map((limit) => splitShare(limit, model.covariance));
  let weights = start;
  let best: GoalResult = { status: "unsolved" };
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const shareBounds = shares.map((share) => boundShare(share, weights));
    const next = solveGoal({ ...model, shareBounds }, goal, options);
    if (next.status !== "solved") {
      return best.status === "solved" ? best : next;
    }
    const before = best.status === "solved" ? best.objective : Number.NaN;
    best = next;
    weights = next.weights;
    if (Math.abs(next.objective - before) <= CONVERGED * Math.abs(next.objective)) {
      return best;
    }
  }
  return best;
}
