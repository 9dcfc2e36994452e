import type { RebalanceSharesRequest } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import {
  AllocationError,
  type Holding,
  LotOrder,
} from "@portfolio/gen/portfolio/optimization/v1/rebalance_pb.js";
import type { ShareRebalanceProblem } from "@portfolio/quant";
import type { RebalanceProblem } from "../../domain/portfolio-problem.ts";
import { readVector } from "./read-by-symbol.ts";
import { checkNumbers } from "./read-numbers.ts";
import { CASH_MAX, readPositionList, readSharePrices } from "./read-positions.ts";
import { readDataset } from "./read-prices.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

const SHARES_MAX = 1e12;
const LOT_MAX = 1e6;

const ORDERS = {
  [LotOrder.UNSPECIFIED]: "least-tax",
  [LotOrder.LEAST_TAX]: "least-tax",
  [LotOrder.OLDEST_FIRST]: "oldest-first",
  [LotOrder.NEWEST_FIRST]: "newest-first",
  [LotOrder.HIGHEST_COST]: "highest-cost",
} as const;

/** Reads holdings and their targets. @throws {AppError} Names every field at fault. */
export function readRebalance(request: RebalanceSharesRequest): RebalanceProblem {
  const { list, positions } = readPositionList(request.positions);
  const { cashAmount, costRate, tradeMinAmount, lotSize } = request;
  checkNumbers([
    { field: "cash_amount", value: cashAmount, min: -CASH_MAX, max: CASH_MAX },
    { field: "cost_rate", value: costRate, min: 0, max: 1 },
    { field: "trade_min_amount", value: tradeMinAmount, min: 0, max: CASH_MAX },
    { field: "lot_size", value: lotSize, min: 0, max: LOT_MAX },
  ]);
  if (cashAmount < 0) {
    refuse("CASH_NEGATIVE", "cash_amount", `${cashAmount} is below 0`);
  }
  const held = readHoldings(request.holdings, list);
  const lots = { field: "lot_size_by_symbol", min: 1e-9, max: LOT_MAX };
  return {
    positions,
    holdings: Float64Array.from(list.symbols, (_, i) => shareCount(held.get(i))),
    cashAmount,
    prices: readSharePrices(request.prices, list),
    dataset: readDataset(request.dataset),
    lotSizes: readVector(request.lotSizeBySymbol, list, lots, lotSize || 1),
    costRate,
    tradeMinAmount,
    tax: readTax(request, list, held),
    error: request.error === AllocationError.SQUARED ? "squared" : "absolute",
  };
}

/** Reads what is held, by index of the position. */
function readHoldings(
  holdings: readonly Holding[],
  list: SymbolList,
): ReadonlyMap<number, Holding> {
  checkNumbers(
    holdings.flatMap(({ shareCount: count, lots }, k) => [
      { field: `holdings[${k}].share_count`, value: count, min: -SHARES_MAX, max: SHARES_MAX },
      ...lots.flatMap((lot, l) => [
        {
          field: `holdings[${k}].lots[${l}].share_count`,
          value: lot.shareCount,
          min: 0,
          max: SHARES_MAX,
        },
        {
          field: `holdings[${k}].lots[${l}].cost_per_share`,
          value: lot.costPerShare,
          min: 0,
          max: CASH_MAX,
        },
      ]),
    ]),
  );
  refuseIfAny(
    "HOLDING_UNKNOWN",
    [...holdings.entries()]
      .filter(([, { symbol }]) => list.indexOf(symbol) === undefined)
      .map(([k, { symbol }]) => ({
        field: `holdings[${k}].symbol`,
        description: `"${symbol}" is not among the positions; give it a weight, such as 0`,
      })),
  );
  refuseIfAny(
    "REQUEST_INVALID",
    [...holdings.entries()]
      .filter(([, { shareCount: count, lots }]) => count !== 0 && lots.length > 0)
      .map(([k]) => ({
        field: `holdings[${k}].share_count`,
        description: "give either share_count or lots, not both",
      })),
  );
  const found = new Map(holdings.map((holding) => [list.indexOf(holding.symbol) ?? 0, holding]));
  if (found.size < holdings.length) {
    refuse("SYMBOL_REPEATED", "holdings", "a symbol is held twice; add its lots up");
  }
  return found;
}

function shareCount(holding: Holding | undefined): number {
  const lots = holding?.lots ?? [];
  return lots.length === 0
    ? (holding?.shareCount ?? 0)
    : lots.reduce((sum, lot) => sum + lot.shareCount, 0);
}

function readTax(
  { tax }: RebalanceSharesRequest,
  list: SymbolList,
  held: ReadonlyMap<number, Holding>,
): ShareRebalanceProblem["tax"] {
  if (tax === undefined) {
    return;
  }
  refuseIfAny(
    "LOTS_MISSING",
    [...held.entries()]
      .filter(([, holding]) => holding.shareCount > 0)
      .map(([, { symbol }]) => ({
        field: "tax",
        description: `the lots of ${symbol} are needed to tell its tax`,
      })),
  );
  return {
    rates: { shortTerm: tax.shortTermRate, longTerm: tax.longTermRate },
    order: ORDERS[tax.order],
    lots: list.symbols.map((_, i) =>
      (held.get(i)?.lots ?? []).map((lot) => ({
        shares: lot.shareCount,
        costPerShare: lot.costPerShare,
        isLongTerm: lot.longTerm,
        isRecent: lot.recent,
      })),
    ),
  };
}
