import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { BrinsonInput } from "../performance/brinson.ts";
import type { Rebalance } from "./backtest-state.ts";
import { type Market, rowsAfterLastClose } from "./market.ts";

/** A backtest, the groups of its assets, and what to compare it with. */
export interface AttributionPlan {
  readonly market: Market;
  /** As the backtest gives them, at least one. */
  readonly rebalances: readonly Rebalance[];
  /** Group of each asset, counted from 0, length N. */
  readonly groups: Int32Array;
  /** Weights of the benchmark at each rebalancing, shape (rebalances, N); the rest is cash. */
  readonly benchmarkWeights: Matrix;
}

/**
 * Cuts a backtest into periods from one rebalancing to the next, for `brinsonAttribution`.
 *
 * Portfolio and benchmark are held still within a period, dividends in cash; trading and financing
 * costs are not part of either. A group without weight takes the other side's return, so that it
 * shows no selection.
 *
 * @returns Groups in their order, and cash as the last one.
 * @throws {ArgumentError} There is no rebalancing, or a shape or a group is not valid.
 */
export function attributionPeriods(plan: AttributionPlan): BrinsonInput {
  checkPlan(plan);
  const { market, rebalances, groups, benchmarkWeights } = plan;
  const periodCount = rebalances.length;
  const groupCount = groups.reduce((most, group) => Math.max(most, group), 0) + 2;
  const matrix = (): Matrix => ({
    rows: periodCount,
    cols: groupCount,
    values: new Float64Array(periodCount * groupCount),
  });
  const input = {
    portfolioWeights: matrix(),
    portfolioReturns: matrix(),
    benchmarkWeights: matrix(),
    benchmarkReturns: matrix(),
  };
  for (const [p, { executionRow, weightsAfter }] of rebalances.entries()) {
    const end = rebalances[p + 1]?.executionRow ?? market.closes.rows - 1;
    const assetReturns = holdingReturns(market, executionRow, end);
    const benchmark = benchmarkWeights.values.subarray(p * groups.length, (p + 1) * groups.length);
    const own = groupSums(weightsAfter, assetReturns, groups, groupCount);
    const other = groupSums(benchmark, assetReturns, groups, groupCount);
    const at = p * groupCount;
    input.portfolioWeights.values.set(own.weights, at);
    input.benchmarkWeights.values.set(other.weights, at);
    input.portfolioReturns.values.set(returnsOf(own, other), at);
    input.benchmarkReturns.values.set(returnsOf(other, own), at);
  }
  return input;
}

interface GroupSums {
  readonly weights: Float64Array;
  /** Σ weight · return. */
  readonly gains: Float64Array;
}

function groupSums(
  weights: Float64Array,
  returns: Float64Array,
  groups: Int32Array,
  groupCount: number,
): GroupSums {
  const sums = { weights: new Float64Array(groupCount), gains: new Float64Array(groupCount) };
  const cash = groupCount - 1;
  sums.weights[cash] = 1;
  for (let j = 0; j < groups.length; j++) {
    sums.weights[groups[j]] += weights[j];
    sums.weights[cash] -= weights[j];
    sums.gains[groups[j]] += weights[j] === 0 ? 0 : weights[j] * returns[j];
  }
  sums.gains[cash] = sums.weights[cash] * returns[groups.length];
  return sums;
}

// A weight that long and short positions cancel to this has no return of its own.
const WEIGHT_MIN = 1e-9;

function returnsOf(own: GroupSums, other: GroupSums): Float64Array {
  return own.weights.map((weight, g) => {
    if (Math.abs(weight) > WEIGHT_MIN) {
      return own.gains[g] / weight;
    }
    return Math.abs(other.weights[g]) > WEIGHT_MIN ? other.gains[g] / other.weights[g] : 0;
  });
}

/** Computes each asset's return from close to close with dividends, and last that of cash. */
function holdingReturns(market: Market, start: number, end: number): Float64Array {
  const { closes, cashReturns } = market;
  const delistingRows = market.delistingRows ?? rowsAfterLastClose(closes);
  const returns = new Float64Array(closes.cols + 1);
  for (let j = 0; j < closes.cols; j++) {
    const delisted = delistingRows[j];
    const first = lastClose(closes, j, start);
    const last = lastClose(closes, j, Math.min(end, delisted - 1));
    const isDelisted = delisted > start && delisted <= end;
    const worth = isDelisted ? last * (1 + (market.delistingReturns?.[j] ?? 0)) : last;
    const paid = dividendsOf(market, j, { start, end });
    returns[j] = Number.isNaN(first) ? 0 : (worth + paid) / first - 1;
  }
  const growth = cashReturns
    ?.subarray(start + 1, end + 1)
    .reduce((product, value) => product * (1 + value), 1);
  returns[closes.cols] = (growth ?? 1) - 1;
  return returns;
}

/** Sums what an asset pays after one row, up to and with another. */
function dividendsOf(
  { dividends }: Market,
  asset: number,
  { start, end }: { readonly start: number; readonly end: number },
): number {
  let paid = 0;
  for (let row = start + 1; row <= end && dividends !== undefined; row++) {
    paid += dividends.values[row * dividends.cols + asset];
  }
  return paid;
}

function lastClose({ cols, values }: Matrix, asset: number, row: number): number {
  let at = row;
  while (at > 0 && Number.isNaN(values[at * cols + asset])) {
    at--;
  }
  return at < 0 ? Number.NaN : values[at * cols + asset];
}

function checkPlan({ market, rebalances, groups, benchmarkWeights }: AttributionPlan): void {
  const n = market.closes.cols;
  if (rebalances.length === 0 || groups.length !== n || groups.some((group) => group < 0)) {
    throw new ArgumentError(`${rebalances.length} rebalancings, ${groups.length} groups of ${n}`);
  }
  const { rows, cols, values } = benchmarkWeights;
  if (rows !== rebalances.length || cols !== n || values.length !== rows * cols) {
    throw new ArgumentError(
      `benchmark weights are ${rows} by ${cols}, not ${rebalances.length} by ${n}`,
    );
  }
}
