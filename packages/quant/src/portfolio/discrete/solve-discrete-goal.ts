import { ArgumentError } from "../../errors.ts";
import { linearSystem } from "../../optimize/constraints.ts";
import { activitiesOf, type Discreteness } from "../../optimize/integer/discrete-portfolio.ts";
import {
  checkChoices,
  type IntegerProgram,
  type SearchLimits,
} from "../../optimize/integer/integer-program.ts";
import { rootNode } from "../../optimize/integer/search-node.ts";
import { attemptGoal, type GoalSolution } from "../attempt-goal.ts";
import type { Goal, PortfolioModel } from "../portfolio-model.ts";
import { type GoalResult, solveGoal } from "../solve-goal.ts";
import { type ChoiceProblem, GoalSearch, relaxedBound } from "./goal-search.ts";
import { LossTails } from "./loss-tails.ts";

/** What became of a goal under limits that count assets, or forbid small positions. */
export type DiscreteGoalResult =
  | DiscreteGoalSolution
  /** Without the choices there is no answer either, and this is why. */
  | { readonly status: "unsolved"; readonly result: Exclude<GoalResult, { status: "solved" }> }
  | { readonly status: "infeasible" }
  /** Ended, or lost to rounding, before anything feasible was found. */
  | { readonly status: "unknown" };

/** The best weights found. Prices of limits are those of the program with all choices made. */
export interface DiscreteGoalSolution {
  /** `optimal` when proven within the gap, `stopped` when the search was ended before. */
  readonly status: "optimal" | "stopped";
  readonly solution: GoalSolution;
  /** Bounds that the choices leave, length n: 0 and 0 where an asset is not held. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** How much better any other portfolio can be, relative to the objective. */
  readonly gap: number;
  /** Relaxations solved. */
  readonly nodes: number;
}

/** Name and version of the algorithm in certificates. */
const ALGORITHM = "convex-branch-and-bound/1";

/**
 * Finds the best portfolio of few assets, of positions and trades of some size, or of whole lots,
 * for any goal and under all limits that `solveGoal` takes.
 *
 * Branch and bound over the convex programs that are left when choices are made or relaxed. Slower
 * than `discretePortfolio`, whose relaxations are quadratic programs.
 *
 * @throws {ArgumentError} As `solveGoal`; or the choices are malformed, or shares of the risk are
 *   limited or a utility of moments is sought, which is not convex.
 */
export function solveDiscreteGoal(
  model: PortfolioModel,
  goal: Goal,
  discreteness: Discreteness,
  limits: SearchLimits = {},
): DiscreteGoalResult {
  if (model.riskShareLimits !== undefined) {
    throw new ArgumentError("limits on risk shares do not go with choices of assets");
  }
  if (goal.kind === "moment-utility") {
    throw new ArgumentError("a utility of moments, which is not concave, does not go with choices");
  }
  const frame = choiceProgram(model, discreteness);
  checkChoices(frame);
  const tails = new LossTails(model, goal);
  const { shouldStop = () => false } = limits;
  tails.tighten(frame.system, shouldStop);
  const open = tails.open();
  tails.conclude(open);
  const free = solveGoal({ ...model, countedLosses: tails.terms(open) }, goal, { shouldStop });
  if (free.status !== "solved") {
    return { status: "unsolved", result: free };
  }
  const problem = { model, goal, frame, tails };
  if (!free.excessReturnIsPositive) {
    return searchLeastLoss(problem, free.weights, limits);
  }
  const search = new GoalSearch(problem, limits);
  const found = searched(search, problem, { near: free.weights, bound: relaxedBound(free, goal) });
  const isLosing = found.status === "infeasible" && search.hasLosingPart;
  return isLosing ? searchLeastLoss(problem, free.weights, limits) : found;
}

/** Writes the choices over the weights; the covariance weighs assets against each other. */
function choiceProgram(model: PortfolioModel, discreteness: Discreteness): IntegerProgram {
  const { covariance, constraints } = model;
  const n = covariance.rows;
  return {
    matrix: covariance,
    linear: new Float64Array(n),
    system: linearSystem(constraints),
    activities: activitiesOf(discreteness, n),
    ...(discreteness.lots && { lots: discreteness.lots }),
  };
}

/** Weights that are best without the choices, and a bound on what is minimized. */
interface Unrestricted {
  readonly near: Float64Array;
  readonly bound: number;
}

function searched(
  search: GoalSearch,
  { frame, tails }: ChoiceProblem,
  { near, bound }: Unrestricted,
): DiscreteGoalResult {
  const root = rootNode(frame, { prices: new Float64Array(), start: new Int8Array() });
  if (root === undefined) {
    return { status: "infeasible" };
  }
  root.bound = bound;
  const choices = [...root.choices, ...tails.open()];
  const isFinished = search.run({ ...root, choices }, near);
  const { incumbent, nodes } = search;
  if (incumbent === undefined) {
    return { status: isFinished && search.bound === Infinity ? "infeasible" : "unknown" };
  }
  const { solution } = incumbent;
  const miss = Math.max(0, incumbent.objective - search.bound);
  const gap = miss === 0 ? 0 : miss / Math.abs(incumbent.objective);
  const status = isFinished ? "optimal" : "stopped";
  const { bounds } = incumbent;
  return { status, solution: certified(solution, nodes, gap), ...bounds, gap, nodes };
}

/** Takes the highest return where nothing earns more than the risk-free rate, as `solveGoal` does. */
function searchLeastLoss(
  problem: ChoiceProblem,
  near: Float64Array,
  limits: SearchLimits,
): DiscreteGoalResult {
  const { model, goal } = problem;
  const highest = { ...problem, goal: { kind: "maximum-return" } as const };
  const search = new GoalSearch(highest, limits);
  const found = searched(search, highest, { near, bound: Number.NEGATIVE_INFINITY });
  const { incumbent } = search;
  if ((found.status !== "optimal" && found.status !== "stopped") || incumbent === undefined) {
    return found;
  }
  const constraints = { ...model.constraints, ...incumbent.bounds };
  const countedLosses = problem.tails.terms(
    incumbent.choices.slice(problem.frame.activities.length),
  );
  const solution = attemptGoal({ ...model, constraints, countedLosses }, goal, {});
  return solution.status === "solved"
    ? { ...found, solution: certified(solution, found.nodes, found.gap) }
    : { status: "unknown" };
}

function certified(solution: GoalSolution, nodes: number, gap: number): GoalSolution {
  const certificate = { ...solution.certificate, algorithm: ALGORITHM, iterations: nodes, gap };
  return { ...solution, certificate };
}
