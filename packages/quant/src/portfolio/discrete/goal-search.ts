import { type Branching, childrenOf, violatedChoice } from "../../optimize/integer/branching.ts";
import { improveBySwaps, roundedChoices } from "../../optimize/integer/incumbent.ts";
import type { IntegerProgram, SearchLimits } from "../../optimize/integer/integer-program.ts";
import { NodeQueue } from "../../optimize/integer/node-queue.ts";
import { impliedBounds, type SearchNode, UNDECIDED } from "../../optimize/integer/search-node.ts";
import { attemptGoal } from "../attempt-goal.ts";
import type { Goal, PortfolioModel } from "../portfolio-model.ts";
import { DecidedPoint } from "./decided-point.ts";
import { type Bounds, NodeModels } from "./node-model.ts";

// Interior points leave this much of what is 0 at the optimum, relative to the largest weight.
const RESIDUE = 1e-7;
// Objectives of two convex programs that differ by less are equal.
const LEAST_GAP = 1e-8;
const DEFAULT_NODE_LIMIT = 1_000_000;
const SWAPS_MAX = 80;

/** What a relaxation says of a part of the search space. */
type Relaxed =
  /** No portfolio in it, or none that a ratio is defined for. */
  | { readonly status: "empty" }
  /** Nothing: the solver was stopped, or lost to rounding. */
  | { readonly status: "unknown" }
  | { readonly status: "bounded"; readonly x: Float64Array; readonly bound: number };

/** A search for the best portfolio of few assets by branch and bound over convex programs. */
export class GoalSearch {
  /** Relaxations solved. */
  nodes = 0;
  incumbent: DecidedPoint | undefined;
  /** Whether a part was left out for having no positive excess return to form a ratio of. */
  hasLosingPart = false;
  readonly #goal: Goal;
  readonly #frame: IntegerProgram;
  readonly #models: NodeModels;
  readonly #sign: 1 | -1;
  readonly #gap: number;
  readonly #nodeLimit: number;
  readonly #shouldStop: () => boolean;
  readonly #queue = new NodeQueue();
  readonly #tried = new Map<string, DecidedPoint | undefined>();
  /** Least bound of what was set aside. */
  #leastCut = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(model: PortfolioModel, goal: Goal, frame: IntegerProgram, limits: SearchLimits) {
    this.#goal = goal;
    this.#frame = frame;
    this.#models = new NodeModels(model, goal, frame);
    this.#sign = isMinimized(goal) ? 1 : -1;
    this.#gap = Math.max(limits.gap ?? 0, LEAST_GAP);
    this.#nodeLimit = limits.nodeLimit ?? DEFAULT_NODE_LIMIT;
    this.#shouldStop = limits.shouldStop ?? (() => false);
  }

  /** A bound on what any portfolio reaches, in what is minimized. */
  get bound(): number {
    const objective = this.incumbent?.objective ?? Number.POSITIVE_INFINITY;
    return Math.min(objective, this.#queue.bound, this.#leastCut);
  }

  /**
   * Searches until nothing is left; false when it was stopped before.
   *
   * @param near - Weights that are best without the choices.
   */
  run(root: SearchNode, near: Float64Array): boolean {
    this.#tryNear(root, near);
    if (this.incumbent !== undefined) {
      this.#improve(root, this.incumbent);
    }
    this.#queue.push(root);
    while (this.#queue.size > 0 && !this.#isStopped) {
      if (this.nodes >= this.#nodeLimit || this.#shouldStop()) {
        return false;
      }
      const node = this.#queue.pop();
      if (node !== undefined) {
        this.#expand(node);
      }
    }
    return !this.#isStopped;
  }

  #improve(root: SearchNode, first: DecidedPoint): void {
    let left = SWAPS_MAX;
    this.incumbent = improveBySwaps(
      this.#frame,
      first,
      (choices) => this.#evaluate(root, choices),
      () => --left < 0 || this.#shouldStop(),
    );
  }

  #expand(node: SearchNode): void {
    const bounds = this.#isCut(node.bound) ? undefined : impliedBounds(this.#frame, node);
    if (bounds === undefined) {
      return;
    }
    const relaxed = this.#relax(node, bounds);
    if (relaxed.status === "empty") {
      return;
    }
    const bound = relaxed.status === "bounded" ? Math.max(node.bound, relaxed.bound) : node.bound;
    if (this.#isCut(bound)) {
      return;
    }
    const x = relaxed.status === "bounded" ? settled(relaxed.x, this.#frame) : undefined;
    if (x !== undefined) {
      this.#tryNear(node, x);
    }
    const branching = this.#isCut(bound) ? undefined : this.#branchingAt(node, x);
    if (branching === undefined) {
      this.#close(node, bounds, bound);
      return;
    }
    const from = { bound, prices: node.prices, start: node.start };
    for (const child of childrenOf(node, branching, from)) {
      this.#queue.push(child);
    }
  }

  #relax(node: SearchNode, bounds: Bounds): Relaxed {
    this.nodes++;
    const model = this.#models.relaxed(node.choices, bounds);
    const attempt = attemptGoal(model, this.#goal, { shouldStop: this.#shouldStop });
    if (attempt.status === "solved") {
      if (!attempt.excessReturnIsPositive) {
        this.hasLosingPart = true;
        return { status: "empty" };
      }
      const objective = this.#sign * attempt.objective;
      const { gap, dualResidual } = attempt.certificate;
      const slack = Math.max(gap, dualResidual) * Math.abs(objective);
      return { status: "bounded", x: attempt.weights, bound: objective - slack };
    }
    if (attempt.status === "failed" && attempt.result.status === "infeasible") {
      return { status: "empty" };
    }
    this.#isStopped ||= attempt.status === "failed" && attempt.result.status === "stopped";
    return { status: "unknown" };
  }

  /** Ends a part in which nothing is left to choose; what it may hold bounds the best. */
  #close(node: SearchNode, bounds: Bounds, bound: number): void {
    const isDecided = node.choices.every((choices) => !choices.includes(UNDECIDED));
    const found = isDecided ? this.#solveDecided(node.choices, bounds) : this.incumbent;
    if (found === undefined || this.#isStopped) {
      this.#leastCut = Math.min(this.#leastCut, bound);
    }
  }

  #isCut(bound: number): boolean {
    const { incumbent } = this;
    const isCut =
      incumbent !== undefined &&
      bound >= incumbent.objective - this.#gap * Math.abs(incumbent.objective);
    if (isCut) {
      this.#leastCut = Math.min(this.#leastCut, bound);
    }
    return isCut;
  }

  /** Finds what to branch on: what the point violates, or the weightiest that is open. */
  #branchingAt(node: SearchNode, x: Float64Array | undefined): Branching | undefined {
    const violated = x && violatedChoice(this.#frame, node.choices, x);
    if (violated !== undefined || (x !== undefined && !this.#models.isStronger)) {
      return violated;
    }
    for (const [activity, choices] of node.choices.entries()) {
      const asset = heaviestOpen(choices, x);
      if (asset >= 0) {
        return { type: "activity", activity, asset };
      }
    }
    return undefined;
  }

  #tryNear(node: SearchNode, x: Float64Array): void {
    const rounded = roundedChoices(this.#frame, node.choices, x);
    const found = this.#evaluate(node, rounded);
    if (found !== undefined && !(found.objective >= (this.incumbent?.objective ?? Infinity))) {
      this.incumbent = found;
    }
  }

  /** Solves the program with all choices made; nothing when that breaks one. */
  #evaluate(node: SearchNode, choices: readonly Int8Array[]): DecidedPoint | undefined {
    const key = choices.join();
    if (this.#frame.lots === undefined && this.#tried.has(key)) {
      return this.#tried.get(key);
    }
    const decided = { ...node, choices: choices.map((each) => each.slice()) };
    const bounds = impliedBounds(this.#frame, decided);
    const isDecided = decided.choices.every((each) => !each.includes(UNDECIDED));
    const found = bounds && isDecided ? this.#solveDecided(decided.choices, bounds) : undefined;
    this.#tried.set(key, found);
    return found;
  }

  #solveDecided(choices: readonly Int8Array[], bounds: Bounds): DecidedPoint | undefined {
    const model = this.#models.decided(bounds);
    const attempt = attemptGoal(model, this.#goal, { shouldStop: this.#shouldStop });
    if (attempt.status !== "solved") {
      this.#isStopped ||= attempt.status === "failed" && attempt.result.status === "stopped";
      return undefined;
    }
    this.hasLosingPart ||= !attempt.excessReturnIsPositive;
    const isKept = violatedChoice(this.#frame, choices, attempt.weights) === undefined;
    return isKept && attempt.excessReturnIsPositive
      ? new DecidedPoint(attempt, this.#sign * attempt.objective, choices, bounds)
      : undefined;
  }
}

/** Whether a goal's value is better the lower it is. */
export function isMinimized({ kind }: Goal): boolean {
  return kind === "minimum-risk" || kind === "target-return" || kind === "benchmark-tracking";
}

/** Puts weights at a center from which only rounding keeps them. */
function settled(weights: Float64Array, { activities }: IntegerProgram): Float64Array {
  const size = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  return weights.map((weight, i) => {
    const near = activities.find(({ center }) => Math.abs(weight - center[i]) <= RESIDUE * size);
    return near?.center[i] ?? weight;
  });
}

/** Finds the undecided asset of the largest weight; -1 when all are decided. */
function heaviestOpen(choices: Int8Array, x: Float64Array | undefined): number {
  let pick = -1;
  for (let i = 0; i < choices.length; i++) {
    const isHeavier = pick < 0 || Math.abs(x?.[i] ?? 0) > Math.abs(x?.[pick] ?? 0);
    if (choices[i] === UNDECIDED && isHeavier) {
      pick = i;
    }
  }
  return pick;
}
