import { transposeTimes } from "../../linalg/matrix.ts";
import { descendingOrder } from "../../risk/measures/spectral-risk.ts";
import type { TermForm } from "../term.ts";
import { lossesOf, type OrderedTerm, orderedForm, stepWeights } from "./ordered.ts";
import { compileLevels, levelsValue, type OrderedLevel } from "./ordered-levels.ts";

type FreeScenarios = ReadonlyMap<number, ReadonlySet<number>>;

/**
 * A measure that weighs losses by their rank, in which most scenarios keep the side of each level
 * that they have for a portfolio: nowhere above the measure, and equal to it where they do.
 */
export interface OrderedModelTerm extends Omit<OrderedTerm, "kind"> {
  readonly kind: "ordered-model";
  /** For each level the scenarios that may change sides. */
  readonly levels: readonly OrderedLevel[];
  /** By how many losses are above a level, all that may change sides, even if none does for the portfolio. */
  readonly free: FreeScenarios;
  /** Gradient of the others in the weights, length n. */
  readonly slope: Float64Array;
  /** The portfolio's losses, length T. */
  readonly losses: Float64Array;
}

export const orderedModelForm: TermForm<OrderedModelTerm> = {
  check(term, variables) {
    orderedForm.check({ ...term, kind: "ordered" }, variables);
  },

  compile(term, builder) {
    return { ...compileLevels(term, term.levels, builder), assets: term.slope };
  },

  value(term, x) {
    let value = levelsValue(term.levels, lossesOf(term, x));
    for (let i = 0; i < x.length; i++) {
      value += term.slope[i] * x[i];
    }
    return value;
  },
};

/** Says how many of the largest losses a measure weighs by their rank. */
export function orderedTail(term: OrderedTerm): number {
  return stepWeights(term).steps.reduce((most, step, k) => (step > 0 ? k : most), 0);
}

// How many times as many scenarios as are in a tail may come to be in it.
const CANDIDATES = 3;

/**
 * Makes a term near a measure of a tail: a few sums of the largest losses stand for all, and only
 * the largest losses of a portfolio are among them.
 *
 * @param sumCount - How many sums.
 */
export function tailModel(term: OrderedTerm, x: Float64Array, sumCount: number): OrderedModelTerm {
  const { steps, last } = stepWeights(term);
  const losses = lossesOf(term, x);
  const count = orderedTail(term);
  const members = Int32Array.from(descendingOrder(losses).subarray(0, CANDIDATES * count));
  const levels: OrderedLevel[] = [];
  const size = Math.ceil(count / sumCount);
  for (let k = 1; k <= count; k += size) {
    let weight = 0;
    let mass = 0;
    for (let i = k; i < Math.min(k + size, steps.length); i++) {
      weight += steps[i];
      mass += steps[i] * i;
    }
    if (weight > 0) {
      const level = Math.round(mass / weight);
      levels.push({ members, count: level, weight: mass / level });
    }
  }
  const slopes = new Float64Array(steps.length).fill(term.isGain ? last : -last);
  const slope = transposeTimes(term.returns, slopes);
  return { ...term, kind: "ordered-model", levels, free: new Map(), losses, slope };
}

/** Losses of a portfolio in order. */
interface RankedLosses {
  readonly losses: Float64Array;
  /** Scenarios by descending loss. */
  readonly order: Uint32Array;
  readonly rank: Uint32Array;
  /** The ranks for the portfolio of the model before. */
  readonly oldRank: Uint32Array;
}

// Scenarios on either side of a level that may change it because they are near.
const CHANGERS_MAX = 8;

/**
 * Makes the model at a portfolio. Free to change sides of a level are the scenarios whose losses
 * are within a distance of it at the first portfolio, and all that have changed sides since. A model
 * is thus nowhere below the model before, and as scenarios only become free, one of them is exact at
 * its solution in the end.
 */
export function orderedModel(
  term: OrderedTerm,
  x: Float64Array,
  { near, before }: { readonly near: number; readonly before?: OrderedModelTerm },
): OrderedModelTerm {
  const losses = lossesOf(term, x);
  const order = descendingOrder(losses);
  const rank = ranksOf(order);
  const oldRank = before === undefined ? rank : ranksOf(descendingOrder(before.losses));
  const ranked = { losses, order, rank, oldRank };
  const { steps, last } = stepWeights(term);
  const slopes = new Float64Array(losses.length);
  const levels: OrderedLevel[] = [];
  const free = new Map<number, ReadonlySet<number>>();
  let above = last;
  for (let k = losses.length - 1; k >= 0; k--) {
    slopes[order[k]] += above;
    above += steps[k];
    if (steps[k] === 0) {
      continue;
    }
    const changers = changersAt(ranked, k, { near, before: before?.free.get(k) });
    free.set(k, changers);
    const members = Int32Array.from(changers);
    const inside = members.filter((t) => rank[t] < k);
    if (inside.length > 0 && inside.length < members.length) {
      levels.push({ members, count: inside.length, weight: steps[k] });
      for (const t of inside) {
        slopes[t] -= steps[k];
      }
    }
  }
  const sign = term.isGain ? 1 : -1;
  const slope = transposeTimes(
    term.returns,
    slopes.map((value) => sign * value),
  );
  return { ...term, kind: "ordered-model", levels, free, losses, slope };
}

function ranksOf(order: Uint32Array): Uint32Array {
  const rank = new Uint32Array(order.length);
  for (let k = 0; k < order.length; k++) {
    rank[order[k]] = k;
  }
  return rank;
}

/** Finds the scenarios that may change sides of level k, which is below the k largest losses. */
function changersAt(
  { losses, order, rank, oldRank }: RankedLosses,
  k: number,
  { near, before }: { readonly near: number; readonly before: ReadonlySet<number> | undefined },
): ReadonlySet<number> {
  const changers = new Set(before);
  if (before === undefined) {
    const inside = losses[order[k - 1]];
    const outside = losses[order[k]];
    for (
      let i = k - 1;
      i >= Math.max(0, k - CHANGERS_MAX) && losses[order[i]] <= outside + near;
      i--
    ) {
      changers.add(order[i]);
    }
    const end = Math.min(order.length, k + CHANGERS_MAX);
    for (let i = k; i < end && losses[order[i]] >= inside - near; i++) {
      changers.add(order[i]);
    }
  }
  for (let t = 0; t < rank.length; t++) {
    if (rank[t] < k !== oldRank[t] < k) {
      changers.add(t);
    }
  }
  return changers;
}
