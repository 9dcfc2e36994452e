import { type Branching, childrenOf, violatedChoice } from "../../optimize/integer/branching.ts";
import { roundedChoices } from "../../optimize/integer/incumbent.ts";
import type { IntegerProgram, SearchLimits } from "../../optimize/integer/integer-program.ts";
import { improveLocally } from "../../optimize/integer/local-search.ts";
import { NodeQueue } from "../../optimize/integer/node-queue.ts";
import { impliedBounds, type SearchNode, UNDECIDED } from "../../optimize/integer/search-node.ts";
import { attemptGoal, type GoalSolution } from "../attempt-goal.ts";
import type { Goal, PortfolioModel } from "../portfolio-model.ts";
import { DecidedPoint } from "./decided-point.ts";
import type { LossTails } from "./loss-tails.ts";
import { settled, withoutSmall } from "./near-weights.ts";
import { type Bounds, NodeModels } from "./node-model.ts";
import { trackingLots } from "./tracking-lots.ts";

// Objectives of two convex programs that differ by less are equal.
const LEAST_GAP = 1e-8;
const DEFAULT_NODE_LIMIT = 1_000_000;
const SWAPS_MAX = 80;
// Shares of the least size below which a weight is first taken to be none.
const LEFT_OUT = [0.5, 0.75, 1, 1.5];
// Choices by a point, and by the point that comes of them, and so on.
const ROUNDS_MAX = 8;

/** A goal, and the choices that it is searched for under. */
export interface ChoiceProblem {
  readonly model: PortfolioModel;
  readonly goal: Goal;
  /** The choices of assets, over the weights. */
  readonly frame: IntegerProgram;
  readonly tails: LossTails;
}

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
  readonly #tails: LossTails;
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

  constructor({ model, goal, frame, tails }: ChoiceProblem, limits: SearchLimits) {
    this.#goal = goal;
    this.#frame = frame;
    this.#tails = tails;
    this.#models = new NodeModels(model, goal, frame, tails);
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
    for (const share of LEFT_OUT) {
      if (this.incumbent === undefined && !this.#shouldStop()) {
        this.#tryNear(root, withoutSmall(near, this.#frame, share));
      }
    }
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
    this.incumbent = improveLocally(first, {
      program: this.#frame,
      evaluate: (choices) => this.#evaluate(root, choices),
      shouldStop: () => --left < 0 || this.#shouldStop(),
    });
  }

  #expand(node: SearchNode): void {
    const bounds = this.#isCut(node.bound) ? undefined : this.#imply(node);
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
      // Nothing is left to choose; what it may hold bounds the best.
      this.#leastCut = Math.min(this.#leastCut, bound);
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
      return { status: "bounded", x: attempt.weights, bound: relaxedBound(attempt, this.#goal) };
    }
    if (attempt.status === "failed" && attempt.result.status === "infeasible") {
      return { status: "empty" };
    }
    this.#isStopped ||= attempt.status === "failed" && attempt.result.status === "stopped";
    return { status: "unknown" };
  }

  /** Draws the conclusions of a node's choices; nothing when they contradict each other. */
  #imply(node: SearchNode): Bounds | undefined {
    const isPossible = this.#tails.conclude(node.choices.slice(this.#frame.activities.length));
    return isPossible ? impliedBounds(this.#frame, node) : undefined;
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
    const assetChoices = node.choices.slice(0, this.#frame.activities.length);
    const violated =
      x && (violatedChoice(this.#frame, node.choices, x) ?? this.#exceeding(node, x));
    if (violated !== undefined || (x !== undefined && !this.#models.isStronger)) {
      return violated;
    }
    const open = x === undefined ? node.choices : assetChoices;
    for (const [activity, choices] of open.entries()) {
      const asset = heaviestOpen(choices, x);
      if (asset >= 0) {
        return { type: "activity", activity, asset };
      }
    }
    return undefined;
  }

  #exceeding(node: SearchNode, x: Float64Array): Branching | undefined {
    const first = this.#frame.activities.length;
    const found = this.#tails.violated(node.choices.slice(first), x);
    return found && { type: "activity", activity: first + found.tail, asset: found.scenario };
  }

  /** Makes the choices that a point suggests, and again those that the better point does. */
  #tryNear(node: SearchNode, x: Float64Array): void {
    let near = x;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const found = this.#evaluate(node, this.#rounded(node, near));
      if (found === undefined || found.objective >= (this.incumbent?.objective ?? Infinity)) {
        return;
      }
      this.incumbent = found;
      near = found.x;
    }
  }

  #rounded(node: SearchNode, x: Float64Array): readonly Int8Array[] {
    const first = this.#frame.activities.length;
    return [
      ...roundedChoices(this.#frame, node.choices, x),
      ...this.#tails.rounded(node.choices.slice(first), x),
    ];
  }

  /** Solves the program with all choices made; nothing when that breaks one. */
  #evaluate(node: SearchNode, choices: readonly Int8Array[]): DecidedPoint | undefined {
    const key = choices.join();
    if (this.#frame.lots === undefined && this.#tried.has(key)) {
      return this.#tried.get(key);
    }
    const decided = { ...node, choices: choices.map((each) => each.slice()) };
    const bounds = this.#imply(decided);
    const isDecided = decided.choices.every((each) => !each.includes(UNDECIDED));
    const found = bounds && isDecided ? this.#solveDecided(decided.choices, bounds) : undefined;
    this.#tried.set(key, found);
    return found;
  }

  #solveDecided(choices: readonly Int8Array[], bounds: Bounds): DecidedPoint | undefined {
    const found = this.#solveWithin(choices, bounds);
    const lots = found?.point === undefined ? this.#lotsNear(bounds, found?.weights) : undefined;
    return lots === undefined ? found?.point : this.#solveWithin(choices, lots)?.point;
  }

  #lotsNear(bounds: Bounds, weights: Float64Array | undefined): Bounds | undefined {
    return weights && trackingLots(this.#frame, bounds, weights);
  }

  /** Solves the program with all choices made; no point when its weights break one. */
  #solveWithin(
    choices: readonly Int8Array[],
    bounds: Bounds,
  ): { readonly weights: Float64Array; readonly point: DecidedPoint | undefined } | undefined {
    const model = this.#models.decided(choices, bounds);
    const attempt = attemptGoal(model, this.#goal, { shouldStop: this.#shouldStop });
    if (attempt.status !== "solved") {
      this.#isStopped ||= attempt.status === "failed" && attempt.result.status === "stopped";
      return undefined;
    }
    this.hasLosingPart ||= !attempt.excessReturnIsPositive;
    const { weights, excessReturnIsPositive, objective } = attempt;
    const isKept = violatedChoice(this.#frame, choices, weights) === undefined;
    const isPoint = isKept && excessReturnIsPositive;
    return {
      weights,
      point: isPoint
        ? new DecidedPoint(attempt, this.#sign * objective, choices, bounds)
        : undefined,
    };
  }
}

/** Whether a goal's value is better the lower it is. */
export function isMinimized({ kind }: Goal): boolean {
  return kind === "minimum-risk" || kind === "target-return" || kind === "benchmark-tracking";
}

/** Gives what no portfolio of a relaxation is below, in what is minimized. */
export function relaxedBound({ objective, certificate }: GoalSolution, goal: Goal): number {
  const { gap, dualResidual } = certificate;
  const slack = Math.max(gap, dualResidual) * Math.abs(objective);
  return (isMinimized(goal) ? objective : -objective) - slack;
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
