import type { MethodImpl } from "@connectrpc/connect";
import type { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { deletePortfolio } from "../app/delete-portfolio.ts";
import type { RouteDeps } from "./route-deps.ts";

type DeletePortfolio = MethodImpl<typeof PortfolioService.method.deletePortfolio>;

/** Serves `PortfolioService.DeletePortfolio`. */
export function deletePortfolioHandler({ portfolios }: RouteDeps): DeletePortfolio {
  return async ({ id }) => {
    await deletePortfolio(portfolios, id);
    return {};
  };
}
