import { transposeTimes } from "../../linalg/matrix.ts";
import { argsort } from "../../linalg/order-statistics.ts";
import type { RowPairs } from "../conic-block.ts";
import type { TermForm } from "../term.ts";
import { compilePairs, type GiniTerm, giniForm, pairWeights } from "./gini.ts";
import { portfolioReturns, probabilitiesOf, type Scenarios } from "./scenarios.ts";

/**
 * Gini's mean difference with |yₛ − yₜ| replaced by ±(yₛ − yₜ) except in some pairs, where the sign
 * is that of a portfolio: nowhere above the measure, and equal to it where the pairs left out keep
 * their order.
 */
export interface GiniModelTerm extends Scenarios {
  readonly kind: "gini-model";
  /** Pairs with their absolute value. */
  readonly pairs: RowPairs;
  /** Gradient of the others in the weights, length n. */
  readonly slope: Float64Array;
  /** The portfolio's returns, whose order gives the signs, length T. */
  readonly ordered: Float64Array;
}

export const giniModelForm: TermForm<GiniModelTerm> = {
  check(term, variables) {
    giniForm.check({ ...term, kind: "gini-mean-difference" }, variables);
  },

  compile(term, builder) {
    const affine = { assets: term.slope };
    return term.pairs.first.length === 0
      ? affine
      : { ...compilePairs(term, term.pairs, builder), ...affine };
  },

  value(term, x) {
    const returns = portfolioReturns(term, x);
    const weights = pairWeights(term, term.pairs);
    const { first, second } = term.pairs;
    let value = 0;
    for (let i = 0; i < x.length; i++) {
      value += term.slope[i] * x[i];
    }
    for (let p = 0; p < first.length; p++) {
      value += weights[p] * Math.abs(returns[first[p]] - returns[second[p]]);
    }
    return value;
  },
};

/**
 * Makes the model at a portfolio. It keeps the pairs whose returns are within a distance, and
 * those whose order has changed since the model before.
 */
export function giniModel(
  term: GiniTerm,
  x: Float64Array,
  { near, before }: { readonly near: number; readonly before?: GiniModelTerm | undefined },
): GiniModelTerm {
  const ordered = portfolioReturns(term, x);
  const rank = ranksOf(ordered);
  const pairs = keptPairs(ordered, { near, before });
  const slopes = new Float64Array(ordered.length);
  addOrderSlopes(term, rank, slopes);
  const weights = pairWeights(term, pairs);
  for (let p = 0; p < pairs.first.length; p++) {
    const [s, t] = [pairs.first[p], pairs.second[p]];
    const sign = rank[s] > rank[t] ? weights[p] : -weights[p];
    slopes[s] -= sign;
    slopes[t] += sign;
  }
  return {
    ...term,
    kind: "gini-model",
    pairs,
    ordered,
    slope: transposeTimes(term.returns, slopes),
  };
}

// Pairs kept, a scenario or in all, so that every round is bounded.
const PAIRS_MAX_EACH = 12;
const PAIRS_MAX = 10_000;

function ranksOf(values: Float64Array): Uint32Array {
  const order = new Uint32Array(values.length);
  argsort(values, order);
  const rank = new Uint32Array(values.length);
  for (let k = 0; k < order.length; k++) {
    rank[order[k]] = k;
  }
  return rank;
}

function keptPairs(
  ordered: Float64Array,
  { near, before }: { readonly near: number; readonly before?: GiniModelTerm | undefined },
): RowPairs {
  const first: number[] = [];
  const second: number[] = [];
  const old = before?.ordered;
  const most = Math.max(PAIRS_MAX, PAIRS_MAX_EACH * ordered.length);
  for (let s = 0; s < ordered.length; s++) {
    for (let t = s + 1; t < ordered.length && first.length < most; t++) {
      const isNear = Math.abs(ordered[s] - ordered[t]) <= near;
      if (isNear || (old !== undefined && old[s] > old[t] !== ordered[s] > ordered[t])) {
        first.push(s);
        second.push(t);
      }
    }
  }
  return { first: Int32Array.from(first), second: Int32Array.from(second) };
}

/** Adds the gradient of the whole measure in the returns. */
function addOrderSlopes(term: GiniTerm, rank: Uint32Array, slopes: Float64Array): void {
  const probabilities = probabilitiesOf(term);
  const order = new Uint32Array(rank.length);
  let squares = 0;
  for (let t = 0; t < rank.length; t++) {
    order[rank[t]] = t;
    squares += probabilities[t] * probabilities[t];
  }
  let below = 0;
  for (let k = 0; k < order.length; k++) {
    const p = probabilities[order[k]];
    slopes[order[k]] += (2 * p * (below - (1 - below - p))) / (1 - squares);
    below += p;
  }
}
