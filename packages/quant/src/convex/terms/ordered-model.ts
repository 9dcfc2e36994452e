import { transposeTimes } from "../../linalg/matrix.ts";
import { descendingOrder } from "../../risk/measures/spectral-risk.ts";
import type { TermForm } from "../term.ts";
import { lossesOf, type OrderedTerm, orderedForm, stepWeights } from "./ordered.ts";
import { compileLevels, levelsValue, type OrderedLevel } from "./ordered-levels.ts";

/**
 * A measure that weighs losses by their rank, in which most scenarios keep the side of each level
 * that they have for a portfolio: nowhere above the measure, and equal to it where they do.
 */
export interface OrderedModelTerm extends Omit<OrderedTerm, "kind"> {
  readonly kind: "ordered-model";
  /** For each level the scenarios that may change sides. */
  readonly levels: readonly OrderedLevel[];
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
  return { ...term, kind: "ordered-model", levels, losses, slope };
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
 * are within a distance of it, and those that have changed sides since the model before.
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
  let above = last;
  for (let k = losses.length - 1; k >= 0; k--) {
    slopes[order[k]] += above;
    above += steps[k];
    const members = steps[k] > 0 ? changersAt(ranked, k, near) : [];
    const inside = members.filter((t) => rank[t] < k);
    if (inside.length > 0 && inside.length < members.length) {
      levels.push({ members: Int32Array.from(members), count: inside.length, weight: steps[k] });
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
  return { ...term, kind: "ordered-model", levels, losses, slope };
}

function ranksOf(order: Uint32Array): Uint32Array {
  const rank = new Uint32Array(order.length);
  for (let k = 0; k < order.length; k++) {
    rank[order[k]] = k;
  }
  return rank;
}

/** Lists the scenarios that may change sides of level k, which is below the k largest losses. */
function changersAt(
  { losses, order, rank, oldRank }: RankedLosses,
  k: number,
  near: number,
): number[] {
  const inside = losses[order[k - 1]];
  const outside = losses[order[k]];
  let low = k;
  while (low > 0 && k - low < CHANGERS_MAX && losses[order[low - 1]] <= outside + near) {
    low--;
  }
  let high = k;
  while (high < order.length && high - k < CHANGERS_MAX && losses[order[high]] >= inside - near) {
    high++;
  }
  const members = Array.from(order.subarray(low, high));
  for (let t = 0; t < rank.length; t++) {
    const isNear = rank[t] >= low && rank[t] < high;
    if (!isNear && rank[t] < k !== oldRank[t] < k) {
      members.push(t);
    }
  }
  return members;
}
