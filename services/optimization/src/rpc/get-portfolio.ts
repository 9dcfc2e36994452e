import type { MethodImpl } from "@connectrpc/connect";
import type { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { getPortfolio } from "../app/get-portfolio.ts";
import { writePortfolio } from "./convert/portfolio-record.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetPortfolio = MethodImpl<typeof PortfolioService.method.getPortfolio>;

/** Serves `PortfolioService.GetPortfolio`. */
export function getPortfolioHandler({ portfolios }: RouteDeps): GetPortfolio {
  return async ({ id }) => ({ portfolio: writePortfolio(await getPortfolio(portfolios, id)) });
}
