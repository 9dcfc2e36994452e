import { type Choices, chooseCandidates } from "./choose-candidates.ts";
import {
  checkRebalance,
  countsCash,
  type ShareRebalance,
  type ShareRebalanceInfeasible,
  type ShareRebalanceProblem,
  type Trade,
  totalValue,
} from "./rebalance-problem.ts";
import { type Candidate, candidatesOf } from "./share-candidates.ts";

const NODE_LIMIT = 2_000_000;
// Windows around the targets grow by this factor, up to a limit on their candidates.
const REACH_FACTOR = 4;
const CANDIDATE_LIMIT = 100_000;

/**
 * Finds the numbers of shares, in whole lots, that come closest to target weights, from what is
 * held: purchases, sales, their costs and taxes.
 *
 * Exact: numbers of shares are taken from a window around each target that is widened until a
 * Lagrangian bound rules out whatever lies outside. For hundreds of assets, where that cannot be
 * proven in time, the answer has a bound instead.
 *
 * @param nodeLimit - Most choices to look at. (Default: 2,000,000)
 * @throws {ArgumentError} The problem is malformed.
 */
export function rebalanceShares(
  problem: ShareRebalanceProblem,
  nodeLimit = NODE_LIMIT,
): ShareRebalance | ShareRebalanceInfeasible {
  checkRebalance(problem);
  const budget = totalValue(problem);
  const units = problem.prices.map((price, i) => price * (problem.lotSizes?.[i] ?? 1));
  let reach = units.reduce((most, unit) => Math.max(most, unit), problem.leastTrade ?? 0);
  for (;;) {
    const lists = Array.from(units, (_, i) => candidatesOf(problem, i, reach));
    const choices = chooseCandidates(lists, budget, nodeLimit);
    const count = lists.reduce((sum, list) => sum + list.length, 0);
    const isWide = count * REACH_FACTOR > CANDIDATE_LIMIT || reach > 2 * REACH_FACTOR * budget;
    const isExact = choices !== undefined && isEnough(problem, lists, choices, reach);
    if (choices !== undefined && (isExact || isWide)) {
      return rebalance(problem, lists, choices, isExact);
    }
    if (isWide) {
      return { status: "infeasible" };
    }
    reach *= REACH_FACTOR;
  }
}

/** Whether what lies outside of all windows cannot be paid, or is worse than the best. */
function isEnough(
  problem: ShareRebalanceProblem,
  lists: readonly (readonly Candidate[])[],
  { price, error }: Choices,
  reach: number,
): boolean {
  const budget = totalValue(problem);
  const priced = ({ error: own, cash }: Candidate) => own + price * cash;
  const leasts = lists.map((list) =>
    list.reduce((least, each) => Math.min(least, priced(each)), Infinity),
  );
  const cheapest = lists.map((list) =>
    list.reduce((least, { cash }) => Math.min(least, cash), Infinity),
  );
  const gap = error - leasts.reduce((sum, least) => sum + least, -price * budget);
  const leastCash = cheapest.reduce((sum, cash) => sum + cash, 0);
  return lists.every((list, i) => {
    const first = list[0];
    const last = list[list.length - 1];
    const target = problem.weights[i] * budget;
    const credit = taxCredit(problem, i);
    const isWorse = (edge: Candidate) => priced(edge) - leasts[i] - credit >= gap;
    const isPaidFor = leastCash - cheapest[i] + last.cash - credit <= budget;
    const hasNoLess = target >= 0 && target <= reach;
    const hasNoMore = target < 0 && -target <= reach;
    return (hasNoLess || isWorse(first)) && (hasNoMore || !isPaidFor || isWorse(last));
  });
}

/** The most tax that losses of an asset can save, for which its error may fall again. */
function taxCredit({ tax, prices }: ShareRebalanceProblem, i: number): number {
  const rate = Math.max(tax?.rates.shortTerm ?? 0, tax?.rates.longTerm ?? 0);
  return (tax?.lots[i] ?? []).reduce(
    (sum, { shares, costPerShare }) => sum + rate * shares * Math.max(0, costPerShare - prices[i]),
    0,
  );
}

function rebalance(
  problem: ShareRebalanceProblem,
  lists: readonly (readonly Candidate[])[],
  { picks, error, bound, isProven }: Choices,
  isExact: boolean,
): ShareRebalance {
  const total = totalValue(problem);
  const picked = lists.map((list, i) => list[picks[i]]);
  const held = problem.holdings ?? new Float64Array(picked.length);
  const trades: Trade[] = [];
  for (const [asset, { shares, cost, sale }] of picked.entries()) {
    if (shares !== held[asset]) {
      const traded = shares - held[asset];
      trades.push({ asset, shares: traded, value: traded * problem.prices[asset], cost, sale });
    }
  }
  const constant = countsCash(problem) ? total : 0;
  return {
    status: isExact && isProven ? "optimal" : "stopped",
    shares: Float64Array.from(picked, ({ shares }) => shares),
    trades,
    cashLeft: withoutRounding(
      picked.reduce((sum, { cash }) => sum - cash, total),
      total,
    ),
    costs: picked.reduce((sum, { cost }) => sum + cost, 0),
    taxes: picked.reduce((sum, { sale }) => sum + (sale?.tax ?? 0), 0),
    weights: Float64Array.from(picked, ({ shares }, i) => (shares * problem.prices[i]) / total),
    error: error + constant,
    bound: bound + constant,
  };
}

function withoutRounding(cash: number, total: number): number {
  return Math.abs(cash) <= 1e-11 * total ? 0 : cash;
}
