/** A choice of one of several: what it adds to an error, and what it costs. */
export interface Choice {
  readonly error: number;
  readonly cash: number;
}

/** The best choices found. */
export interface Choices {
  /** Index of the choice in each list. */
  readonly picks: Int32Array;
  readonly error: number;
  /** No choices within the budget have an error below this. */
  readonly bound: number;
  /** Price of cash at which the bound was found. */
  readonly price: number;
  readonly isProven: boolean;
}

const PRICE_STEPS = 60;
// Errors that differ by less than this fraction of their size are equal.
const ROUNDING = 1e-12;

/**
 * Chooses one of each list for the least total error within a budget: the multiple-choice
 * knapsack problem, by branch and bound with a Lagrangian bound.
 *
 * @param nodeLimit - Most choices to look at before the best so far is returned.
 * @returns Nothing when even the cheapest choices exceed the budget.
 * @see Kellerer, Pferschy & Pisinger (2004), "Knapsack Problems", chapter 11
 */
export function chooseCandidates(
  lists: readonly (readonly Choice[])[],
  budget: number,
  nodeLimit: number,
): Choices | undefined {
  const size = lists.reduce((sum, list) => sum + largestCash(list), Math.abs(budget));
  const limit = budget + ROUNDING * size;
  const cheapest = picksAt(lists, Number.POSITIVE_INFINITY);
  if (total(lists, cheapest, "cash") > limit) {
    return undefined;
  }
  const price = bestPrice(lists, limit);
  const affordable = picksAt(lists, price);
  const start = total(lists, affordable, "cash") <= limit ? affordable : cheapest;
  const search = new CandidateSearch(lists, limit, price, start, nodeLimit);
  const isProven = search.run();
  const bound = dualBound(lists, limit, price);
  return {
    picks: search.best,
    error: search.bestError,
    bound: isProven ? search.bestError : Math.min(bound, search.bestError),
    price,
    isProven,
  };
}

function largestCash(list: readonly Choice[]): number {
  return list.reduce((size, { cash }) => Math.max(size, Math.abs(cash)), 0);
}

/** Picks the least error plus price times cash of each list; for an infinite price, least cash. */
function picksAt(lists: readonly (readonly Choice[])[], price: number): Int32Array {
  return Int32Array.from(lists, (list) => {
    let pick = 0;
    for (let k = 1; k < list.length; k++) {
      const isBetter =
        price === Number.POSITIVE_INFINITY
          ? list[k].cash < list[pick].cash
          : list[k].error + price * list[k].cash < list[pick].error + price * list[pick].cash;
      pick = isBetter ? k : pick;
    }
    return pick;
  });
}

function total(
  lists: readonly (readonly Choice[])[],
  picks: Int32Array,
  quantity: "cash" | "error",
): number {
  return lists.reduce((sum, list, i) => sum + list[picks[i]][quantity], 0);
}

/** Finds the least price of cash at which the picks are affordable, by halving. */
function bestPrice(lists: readonly (readonly Choice[])[], limit: number): number {
  const isAffordable = (price: number) => total(lists, picksAt(lists, price), "cash") <= limit;
  if (isAffordable(0)) {
    return 0;
  }
  let high = 1;
  for (let k = 0; k < PRICE_STEPS && !isAffordable(high); k++) {
    high *= 2;
  }
  let low = high > 1 ? high / 2 : 0;
  for (let k = 0; k < PRICE_STEPS; k++) {
    const middle = (low + high) / 2;
    if (isAffordable(middle)) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high;
}

function dualBound(lists: readonly (readonly Choice[])[], limit: number, price: number): number {
  const picks = picksAt(lists, price);
  return total(lists, picks, "error") + price * (total(lists, picks, "cash") - limit);
}

/** Depth-first search, lists with the most to decide first. */
class CandidateSearch {
  readonly best: Int32Array;
  bestError: number;
  readonly #lists: readonly (readonly Choice[])[];
  readonly #limit: number;
  readonly #price: number;
  /** Lists in the order of the search. */
  readonly #order: readonly number[];
  /** Choices of each list, least error at the price first. */
  readonly #ranked: readonly (readonly number[])[];
  /** Least error at the price, and least cash, of all lists from a position on. */
  readonly #restError: Float64Array;
  readonly #restCash: Float64Array;
  readonly #picks: Int32Array;
  #left: number;

  constructor(
    lists: readonly (readonly Choice[])[],
    limit: number,
    price: number,
    start: Int32Array,
    nodeLimit: number,
  ) {
    this.#lists = lists;
    this.#limit = limit;
    this.#price = price;
    this.best = Int32Array.from(start);
    this.bestError = total(lists, start, "error");
    this.#picks = Int32Array.from(start);
    this.#left = nodeLimit;
    const priced = (i: number, k: number) => lists[i][k].error + price * lists[i][k].cash;
    this.#ranked = lists.map((list, i) =>
      Array.from(list.keys()).sort((a, b) => priced(i, a) - priced(i, b)),
    );
    const stakes = lists.map((list, i) => {
      const [first, second = first] = this.#ranked[i];
      return Math.abs(list[first].cash - list[second].cash);
    });
    this.#order = Array.from(lists.keys()).sort((i, j) => stakes[j] - stakes[i]);
    const n = lists.length;
    this.#restError = new Float64Array(n + 1);
    this.#restCash = new Float64Array(n + 1);
    for (let position = n - 1; position >= 0; position--) {
      const i = this.#order[position];
      const leastCash = lists[i].reduce((cash, choice) => Math.min(cash, choice.cash), Infinity);
      this.#restError[position] = this.#restError[position + 1] + priced(i, this.#ranked[i][0]);
      this.#restCash[position] = this.#restCash[position + 1] + leastCash;
    }
  }

  /** Searches; false when the limit on nodes ended it. */
  run(): boolean {
    this.#visit(0, 0, 0);
    return this.#left > 0;
  }

  #offer(error: number): void {
    if (error < this.bestError) {
      this.bestError = error;
      this.best.set(this.#picks);
    }
  }

  #visit(position: number, error: number, cash: number): void {
    if (position === this.#order.length) {
      this.#offer(error);
      return;
    }
    const i = this.#order[position];
    for (const k of this.#ranked[i]) {
      if (this.#left-- <= 0) {
        return;
      }
      const nextError = error + this.#lists[i][k].error;
      const nextCash = cash + this.#lists[i][k].cash;
      const bound =
        nextError + this.#restError[position + 1] + this.#price * (nextCash - this.#limit);
      if (bound >= this.bestError - ROUNDING * Math.abs(this.bestError)) {
        // Later choices are worse still.
        return;
      }
      if (nextCash + this.#restCash[position + 1] <= this.#limit) {
        this.#picks[i] = k;
        this.#visit(position + 1, nextError, nextCash);
      }
    }
  }
}
