import type { MethodImpl } from "@connectrpc/connect";
import type { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { savePortfolio } from "../app/save-portfolio.ts";
import { readDraft, writePortfolio } from "./convert/portfolio-record.ts";
import type { RouteDeps } from "./route-deps.ts";

type CreatePortfolio = MethodImpl<typeof PortfolioService.method.createPortfolio>;

/** Serves `PortfolioService.CreatePortfolio`. */
export function createPortfolioHandler(deps: RouteDeps): CreatePortfolio {
  return async (request) => ({
    portfolio: writePortfolio(await savePortfolio(deps, readDraft(request))),
  });
}
