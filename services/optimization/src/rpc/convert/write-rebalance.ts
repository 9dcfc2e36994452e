import type { MessageInitShape } from "@bufbuild/protobuf";
import type { RebalanceSharesResponseSchema } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type { ShareTradeSchema } from "@portfolio/gen/portfolio/optimization/v1/rebalance_pb.js";
import type { RebalanceReport } from "../../app/rebalance-shares.ts";
import type { RebalanceProblem } from "../../domain/portfolio-problem.ts";

/** Writes the answer to `RebalanceShares`. */
export function writeRebalance(
  { positions }: RebalanceProblem,
  report: RebalanceReport,
): MessageInitShape<typeof RebalanceSharesResponseSchema> {
  const { rebalance, prices, currency, priceDate } = report;
  return {
    allocations: positions.map(({ symbol, weight }, i) => {
      const shareCount = rebalance.shares[i] ?? 0;
      const price = prices[i] ?? 0;
      return {
        symbol,
        shareCount,
        price,
        amount: shareCount * price,
        weight: rebalance.weights[i] ?? 0,
        targetWeight: weight,
      };
    }),
    trades: rebalance.trades.map((trade) => writeTrade(trade, positions, prices)),
    cashLeftAmount: rebalance.cashLeft,
    costAmount: rebalance.costs,
    taxAmount: rebalance.taxes,
    errorAmount: rebalance.error,
    errorBoundAmount: rebalance.bound,
    currency,
    priceDate,
  };
}

function writeTrade(
  { asset, shares, value, cost, sale }: RebalanceReport["rebalance"]["trades"][number],
  positions: RebalanceProblem["positions"],
  prices: Float64Array,
): MessageInitShape<typeof ShareTradeSchema> {
  return {
    symbol: positions[asset]?.symbol ?? "",
    shareCount: shares,
    price: prices[asset] ?? 0,
    amount: value,
    costAmount: cost,
    taxAmount: sale?.tax ?? 0,
    lots: (sale?.lots ?? []).map((lot) => ({
      lot: lot.lot,
      shareCount: lot.shares,
      gainAmount: lot.gain,
      taxAmount: lot.tax,
    })),
    mayBeWashSale: sale?.mayBeWashSale ?? false,
  };
}
