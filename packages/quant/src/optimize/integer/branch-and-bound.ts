import { eliminateBackward } from "./backward-elimination.ts";
import { type Branching, childrenOf, violatedChoice } from "./branching.ts";
import { solveContinuous } from "./continuous-program.ts";
import { decidedRows, solveDecided } from "./decided-program.ts";
import { entryGains } from "./entry-gains.ts";
import { extractDiagonal } from "./extract-diagonal.ts";
import { type Incumbent, roundedChoices } from "./incumbent.ts";
import type { Activity, IntegerProgram, SearchLimits } from "./integer-program.ts";
import { type DecidedPoint, improveLocally } from "./local-search.ts";
import { NodeQueue } from "./node-queue.ts";
import { nextPrices, priceWeights } from "./prices.ts";
import { Relaxation, type RelaxedPoint } from "./relaxation.ts";
import { ACTIVE, impliedBounds, rootNode, type SearchNode, UNDECIDED } from "./search-node.ts";

const DEFAULT_GAP = 1e-9;
const DEFAULT_NODE_LIMIT = 1_000_000;
const ROOT_PRICE_STEPS = 14;
const NODE_PRICE_STEPS = 2;
// Neighbors of a point to look at.
const NEIGHBORS_MAX = 5000;

interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** A search under way. */
export class BranchAndBound {
  /** Relaxations solved. */
  nodes = 0;
  incumbent: Incumbent | undefined;
  readonly #program: IntegerProgram;
  readonly #priced: number;
  readonly #activity: Activity;
  readonly #gap: number;
  readonly #nodeLimit: number;
  readonly #shouldStop: () => boolean;
  readonly #queue = new NodeQueue();
  #relaxation: Relaxation;
  #weights: Float64Array;
  /** Least bound of what was set aside for being no better than the incumbent. */
  #leastCut = Number.POSITIVE_INFINITY;

  constructor(program: IntegerProgram, limits: SearchLimits) {
    const n = program.linear.length;
    this.#program = program;
    const counted = program.activities.findIndex(({ counts }) => counts.length > 0);
    this.#priced = Math.max(0, counted);
    this.#activity = program.activities[this.#priced] ?? {
      center: new Float64Array(n),
      leastAbove: new Float64Array(n),
      leastBelow: new Float64Array(n),
      counts: [],
    };
    this.#gap = limits.gap ?? DEFAULT_GAP;
    this.#nodeLimit = limits.nodeLimit ?? DEFAULT_NODE_LIMIT;
    this.#shouldStop = limits.shouldStop ?? (() => false);
    this.#relaxation = new Relaxation(program, this.#activity, new Float64Array(n));
    this.#weights = new Float64Array(n);
  }

  /** A bound on every feasible point. */
  get bound(): number {
    const objective = this.incumbent?.objective ?? Number.POSITIVE_INFINITY;
    return Math.min(objective, this.#queue.bound, this.#leastCut);
  }

  /** Searches until nothing is left; false when it was stopped before. */
  run(): boolean {
    const root = rootNode(this.#program, {
      prices: new Float64Array(this.#activity.counts.length),
      start: this.#relaxation.emptyStart(),
    });
    if (root === undefined || !this.#seed(root)) {
      return true;
    }
    if (this.#shouldStop()) {
      this.#queue.push(root);
      return false;
    }
    this.#strengthen();
    if (this.#shouldStop()) {
      this.#queue.push(root);
      return false;
    }
    this.#expand(root, ROOT_PRICE_STEPS);
    while (this.#queue.size > 0) {
      if (this.nodes >= this.#nodeLimit || this.#shouldStop()) {
        return false;
      }
      const node = this.#queue.pop();
      if (node !== undefined) {
        this.#expand(node, NODE_PRICE_STEPS);
      }
    }
    return true;
  }

  /** Solves the continuous problem and looks for points near it; false when there are none. */
  #seed(root: SearchNode): boolean {
    const bounds = impliedBounds(this.#program, root);
    if (bounds === undefined) {
      return false;
    }
    this.nodes++;
    const limits = { ...bounds, rowLower: decidedRows(this.#program, root.choices) };
    const free = solveContinuous(this.#program, limits, this.#shouldStop);
    if (free.status !== "solved") {
      return free.status === "stopped";
    }
    root.bound = free.objective;
    const found = eliminateBackward(this.#program, root, {
      x: free.x,
      activity: this.#priced,
      shouldStop: this.#shouldStop,
    });
    this.#keep(root, found);
    root.start = this.#relaxation.startNear(free.x);
    return true;
  }

  /** Makes a point that is better than the best the best, and improves it. */
  #keep(root: SearchNode, found: DecidedPoint | undefined): void {
    if (found === undefined || found.objective >= (this.incumbent?.objective ?? Infinity)) {
      return;
    }
    let count = 0;
    const best = improveLocally(found, {
      program: this.#program,
      evaluate: (choices, near) => solveDecided(this.#program, root, choices, near),
      gains: (point, activity) => entryGains(this.#program, point, activity),
      shouldStop: () => ++count > NEIGHBORS_MAX || this.#shouldStop(),
    });
    this.incumbent = this.#incumbentAt(root, best);
  }

  /** Takes a diagonal out of H, for relaxations that know what being active costs. */
  #strengthen(): void {
    const { matrix } = this.#program;
    const n = matrix.rows;
    const { leastAbove, leastBelow, counts } = this.#activity;
    const isPlain = leastAbove.every((least, i) => least === 0 && leastBelow[i] === 0);
    if (isPlain && counts.length === 0) {
      return;
    }
    const diagonal = extractDiagonal(matrix, new Float64Array(n).fill(1), this.#shouldStop);
    if (this.#shouldStop()) {
      return;
    }
    this.#relaxation = new Relaxation(this.#program, this.#activity, diagonal);
    const variances = Float64Array.from({ length: n }, (_, i) => matrix.values[i * n + i]);
    this.#weights = priceWeights(diagonal, variances);
  }

  #solve(node: SearchNode, bounds: Bounds, prices: Float64Array): RelaxedPoint | undefined {
    this.nodes++;
    const choices = node.choices[this.#priced] ?? new Int8Array(bounds.lower.length).fill(ACTIVE);
    return this.#relaxation.solve({ choices, ...bounds, prices, start: node.start });
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

  #expand(node: SearchNode, priceSteps: number): void {
    if (this.#isCut(node.bound)) {
      return;
    }
    const bounds = impliedBounds(this.#program, node);
    const best = bounds && this.#bestRelaxation(node, bounds, priceSteps);
    if (bounds === undefined || best === undefined) {
      return;
    }
    this.#tryNear(node, best.point);
    if (this.#isCut(best.bound)) {
      return;
    }
    const branching = this.#branchingAt(node, best.point) ?? this.#settle(node, bounds);
    if (branching === undefined) {
      return;
    }
    const from = { bound: best.bound, prices: best.prices, start: best.point.workingSet };
    for (const child of childrenOf(node, branching, from)) {
      this.#queue.push(child);
    }
  }

  /** Solves a node's relaxation at several prices; nothing when the node is infeasible or cut. */
  #bestRelaxation(node: SearchNode, bounds: Bounds, priceSteps: number) {
    let best: { point: RelaxedPoint; bound: number; prices: Float64Array } | undefined;
    let prices: Float64Array | undefined = node.prices;
    let start = node.start;
    for (let step = 0; step < priceSteps && prices !== undefined; step++) {
      const point = this.#solve({ ...node, start }, bounds, prices);
      if (point === undefined) {
        return undefined;
      }
      start = point.workingSet;
      const bound = Math.max(node.bound, point.bound);
      if (best === undefined || bound > best.bound) {
        best = { point, bound, prices };
      }
      if (this.#isCut(bound)) {
        return undefined;
      }
      if (this.#shouldStop()) {
        return best;
      }
      prices = nextPrices(this.#activity, this.#choicesOf(node), point, prices, this.#weights);
    }
    return best;
  }

  #choicesOf(node: SearchNode): Int8Array {
    return node.choices[this.#priced] ?? new Int8Array(0);
  }

  /** Finds what to branch on: what the point violates, or else what it has only in part. */
  #branchingAt(node: SearchNode, point: RelaxedPoint): Branching | undefined {
    const choices = this.#choicesOf(node);
    let asset = -1;
    let weightiest = 0;
    for (let i = 0; i < choices.length; i++) {
      const weight = Math.abs(point.x[i] - this.#activity.center[i]) * this.#weights[i];
      const isPartial = point.shares[i] > 1e-9 && point.shares[i] < 1 - 1e-9;
      if (choices[i] === UNDECIDED && isPartial && weight > weightiest) {
        weightiest = weight;
        asset = i;
      }
    }
    if (asset >= 0) {
      return { type: "activity", activity: this.#priced, asset };
    }
    return violatedChoice(this.#program, node.choices, point.x);
  }

  /** Solves a node that its priced relaxation leaves nothing to branch on without prices. */
  #settle(node: SearchNode, bounds: Bounds): Branching | undefined {
    const point = this.#solve(node, bounds, new Float64Array(node.prices.length));
    if (point === undefined) {
      return undefined;
    }
    this.#tryNear(node, point);
    return this.#isCut(point.bound) ? undefined : this.#branchingAt(node, point);
  }

  #tryNear(node: SearchNode, { x }: RelaxedPoint): void {
    const rounded = roundedChoices(this.#program, node.choices, x);
    this.#keep(node, solveDecided(this.#program, node, rounded, x));
  }

  #incumbentAt(node: SearchNode, { x, objective, choices }: DecidedPoint): Incumbent | undefined {
    const decided = { ...node, choices: choices.map((each) => each.slice()) };
    const bounds = impliedBounds(this.#program, decided);
    return bounds && { x, objective, choices, ...this.#fixLots(bounds, x) };
  }

  #fixLots({ lower, upper }: Bounds, x: Float64Array): Bounds {
    const { lots } = this.#program;
    // Adding 0 makes 0 of −0, which a tiny negative weight is rounded to.
    const whole = (bound: number, i: number) =>
      lots !== undefined && lots[i] > 0 ? Math.round(x[i] / lots[i]) * lots[i] + 0 : bound;
    return { lower: lower.map(whole), upper: upper.map(whole) };
  }
}
