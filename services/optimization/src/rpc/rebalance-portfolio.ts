import type { MethodImpl } from "@connectrpc/connect";
import type { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { rebalancePortfolio } from "../app/rebalance-portfolio.ts";
import { readRebalance, writePortfolio, writeRebalance } from "./convert/portfolio-record.ts";
import type { RouteDeps } from "./route-deps.ts";

type RebalancePortfolio = MethodImpl<typeof PortfolioService.method.rebalancePortfolio>;

/** Serves `PortfolioService.RebalancePortfolio`. */
export function rebalancePortfolioHandler(deps: RouteDeps): RebalancePortfolio {
  return async (request) => {
    const { portfolio, rebalance } = await rebalancePortfolio(deps, readRebalance(request));
    return { portfolio: writePortfolio(portfolio), rebalance: writeRebalance(rebalance) };
  };
}
