import { type Matrix, multiplyVector } from "../linalg/matrix.ts";
import type { Certificate } from "../optimize/linear-system.ts";
import type { DistributionView, TailView, ViewRow } from "./distribution-view.ts";
import { outOfReach } from "./expectation-row.ts";
import {
  type NearestProbabilities,
  nearestProbabilities,
  type Stalled,
} from "./relative-entropy.ts";

/** What is known once the rows and the tail views are solved. */
export interface SolvedTails {
  readonly status: "optimal";
  readonly probabilities: Float64Array;
  readonly certificate: Certificate;
}

/** The rows that cannot hold, tails among them. */
export interface ImpossibleTails {
  readonly status: "infeasible";
  readonly rows: readonly ViewRow[];
}

export type TailSolution = SolvedTails;

/** One view on CVaR with what has been learned about it. */
interface Tail {
  readonly view: number;
  readonly wish: TailView;
  /** Losses of the portfolio, length T. */
  readonly losses: Float64Array;
  /** Losses in ascending order of t's. */
  readonly order: Uint32Array;
  /** The quantile η at which CVaR is held down; nothing while it need not be. */
  level: number | undefined;
}

/** Cuts and levels found so far, on top of the rows given. */
interface TailSearch {
  readonly prior: Float64Array;
  readonly rows: readonly ViewRow[];
  readonly cuts: ViewRow[];
  readonly tails: readonly Tail[];
  /** Programs solved so far. */
  solves: number;
  /** Multipliers of the program before, to start the next from. */
  multipliers: Float64Array | undefined;
}

const ROUNDS_MAX = 200;
const SOLVES_MAX = 2000;
const TAIL_TOLERANCE = 1e-10;

/**
 * Finds the probabilities nearest to a prior that satisfy rows and views on CVaR.
 *
 * CVaR(p) = min over η of η + Σₜ pₜ (Lₜ − η)⁺ / (1 − β) is concave in p. A CVaR of at least v is
 * therefore one linear row for every η: those that are violated are added, at the quantile of the
 * probabilities found, until none is. A CVaR of at most v needs one η: the one at which the relative
 * entropy is least, where P(L > η) ≤ 1 − β ≤ P(L ≥ η), found by a scan and bisection.
 *
 * @see Meucci, Ardia & Keel (2011), "Fully flexible extreme views", doi:10.21314/JOR.2011.239;
 *   Rockafellar & Uryasev (2000), "Optimization of conditional value-at-risk",
 *   doi:10.21314/JOR.2000.038
 */
export function solveWithTails(
  returns: Matrix,
  prior: Float64Array,
  rows: readonly ViewRow[],
  views: readonly DistributionView[],
): SolvedTails | ImpossibleTails | Stalled {
  const tails = tailsOf(returns, views);
  const unreachable = tails.map(reachRow).find((row) => outOfReach(prior, [row]) !== undefined);
  if (unreachable !== undefined) {
    return { status: "infeasible", rows: [unreachable] };
  }
  const search: TailSearch = { prior, rows, cuts: [], tails, solves: 0, multipliers: undefined };
  let solution = solve(search);
  for (let round = 0; round < ROUNDS_MAX && solution.status === "optimal"; round++) {
    const { probabilities } = solution;
    const low = search.tails.filter((tail) => isTooLow(tail, probabilities));
    const high = search.tails.filter((tail) => isTooHigh(tail, probabilities));
    if (low.length === 0 && high.length === 0) {
      return solution;
    }
    for (const tail of low) {
      search.cuts.push(tailRow(tail, quantileOf(tail, probabilities), ">="));
    }
    const isLowering = high.length > 0 || search.tails.some((tail) => tail.level !== undefined);
    solution = isLowering ? lowerTails(search, high) : solve(search);
  }
  if (solution.status === "optimal") {
    return { status: "stalled", certificate: solution.certificate };
  }
  return solution;
}

function tailsOf(returns: Matrix, views: readonly DistributionView[]): readonly Tail[] {
  const tails: Tail[] = [];
  for (const [view, wish] of views.entries()) {
    if (wish.measure === "conditionalValueAtRisk") {
      const losses = multiplyVector(returns, wish.coefficients).map((value) => -value);
      const order = Uint32Array.from(losses.keys()).sort((a, b) => losses[b] - losses[a]);
      tails.push({ view, wish, losses, order, level: undefined });
    }
  }
  return tails;
}

/** Writes what every CVaR keeps to: it lies between the least loss and the largest. */
function reachRow({ wish, losses, view }: Tail): ViewRow {
  const { relation, value } = wish;
  return { values: losses, relation, target: value, view, isInViewUnit: true };
}

function solve(search: TailSearch): NearestProbabilities | ImpossibleTails | Stalled {
  const all = [...search.rows, ...search.cuts];
  for (const tail of search.tails) {
    if (tail.level !== undefined) {
      all.push(tailRow(tail, tail.level, "<="));
    }
  }
  const start = search.multipliers?.length === all.length ? search.multipliers : undefined;
  const solution = nearestProbabilities(search.prior, all, start);
  search.solves++;
  search.multipliers = solution.status === "optimal" ? solution.multipliers : undefined;
  if (solution.status === "optimal" && search.solves > SOLVES_MAX) {
    return { status: "stalled", certificate: solution.certificate };
  }
  if (solution.status === "infeasible") {
    return { status: "infeasible", rows: solution.rows.map((row) => all[row]) };
  }
  return solution;
}

/** Writes η + Σₜ pₜ (Lₜ − η)⁺ / (1 − β) compared with the view. */
function tailRow({ wish, losses, view }: Tail, level: number, relation: ">=" | "<="): ViewRow {
  const share = 1 - wish.confidence;
  const values = losses.map((loss) => level + Math.max(0, loss - level) / share);
  return { values, relation, target: wish.value, view, isInViewUnit: false };
}

/** Finds the loss that is exceeded with a probability of at most 1 − β and reached with more. */
function quantileOf({ wish, losses, order }: Tail, probabilities: Float64Array): number {
  const share = 1 - wish.confidence;
  let mass = 0;
  for (let k = 0; k < order.length; k++) {
    mass += probabilities[order[k]];
    if (mass >= share) {
      return losses[order[k]];
    }
  }
  return losses[order[order.length - 1]];
}

function tailRiskOf(tail: Tail, probabilities: Float64Array): number {
  const { wish, losses } = tail;
  const level = quantileOf(tail, probabilities);
  let excess = 0;
  for (let t = 0; t < losses.length; t++) {
    excess += probabilities[t] * Math.max(0, losses[t] - level);
  }
  return level + excess / (1 - wish.confidence);
}

function toleranceOf({ wish, losses, order }: Tail): number {
  const size = Math.max(Math.abs(losses[order[0]]), Math.abs(wish.value));
  return TAIL_TOLERANCE * size;
}

function isTooLow(tail: Tail, probabilities: Float64Array): boolean {
  const { relation, value } = tail.wish;
  return relation !== "<=" && tailRiskOf(tail, probabilities) < value - toleranceOf(tail);
}

function isTooHigh(tail: Tail, probabilities: Float64Array): boolean {
  const { relation, value } = tail.wish;
  return relation !== ">=" && tailRiskOf(tail, probabilities) > value + toleranceOf(tail);
}

const SWEEPS_MAX = 30;

/** Chooses the levels of tails that must come down, one after the other until none changes. */
function lowerTails(
  search: TailSearch,
  high: readonly Tail[],
): NearestProbabilities | ImpossibleTails | Stalled {
  const lowered = search.tails.filter((tail) => tail.level !== undefined || high.includes(tail));
  let solution = solve(search);
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
    let change = 0;
    for (const tail of lowered) {
      const before = tail.level;
      solution = lowerTail(search, tail);
      if (solution.status !== "optimal") {
        return solution;
      }
      const moved = Math.abs((tail.level ?? 0) - (before ?? Number.POSITIVE_INFINITY));
      change = Math.max(change, moved / Math.max(Math.abs(tail.level ?? 0), 1e-300));
    }
    if (lowered.length === 1 || change < 1e-9) {
      break;
    }
  }
  return solution;
}

const SCAN_POINTS = 16;
const HALVINGS = 60;

/** Finds the level of one tail with the least relative entropy, the others as they are. */
function lowerTail(
  search: TailSearch,
  tail: Tail,
): NearestProbabilities | ImpossibleTails | Stalled {
  const { wish, losses, order } = tail;
  const bottom = losses[order[order.length - 1]];
  const step = (wish.value - bottom) / SCAN_POINTS;
  let best: { readonly level: number; readonly solution: NearestProbabilities } | undefined;
  let failure: ImpossibleTails | Stalled | undefined;
  for (let k = 0; k <= SCAN_POINTS && (k === 0 || step > 0); k++) {
    const level = step > 0 ? bottom + k * step : wish.value;
    tail.level = level;
    const solution = solve(search);
    if (solution.status !== "optimal") {
      failure = solution;
    } else if (!best || solution.relativeEntropy < best.solution.relativeEntropy) {
      best = { level, solution };
    }
  }
  if (best === undefined) {
    return failure ?? solve(search);
  }
  return bisectLevel(search, tail, best, Math.max(0, step));
}

/** Refines a level within one step of the scan by the mass beyond it. */
function bisectLevel(
  search: TailSearch,
  tail: Tail,
  best: { readonly level: number; readonly solution: NearestProbabilities },
  step: number,
): NearestProbabilities | ImpossibleTails | Stalled {
  let { level, solution } = best;
  let low = level - step;
  let high = level + step;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const side = sideOf(tail, level, solution.probabilities);
    if (side === 0 || !(high > low)) {
      break;
    }
    if (side > 0) {
      low = level;
    } else {
      high = level;
    }
    tail.level = (low + high) / 2;
    const next = solve(search);
    if (next.status !== "optimal") {
      // Towards a level where the rows no longer hold: stay on this side of it.
      if (side > 0) {
        high = tail.level;
      } else {
        low = tail.level;
      }
      continue;
    }
    level = tail.level;
    solution = next;
  }
  tail.level = level;
  return solution;
}

/** 1 where the best level is higher, −1 where it is lower, 0 where it is the level. */
function sideOf({ wish, losses }: Tail, level: number, probabilities: Float64Array): number {
  const share = 1 - wish.confidence;
  let beyond = 0;
  let atLeast = 0;
  for (let t = 0; t < losses.length; t++) {
    beyond += losses[t] > level ? probabilities[t] : 0;
    atLeast += losses[t] >= level ? probabilities[t] : 0;
  }
  if (beyond > share) {
    return 1;
  }
  return atLeast < share ? -1 : 0;
}
