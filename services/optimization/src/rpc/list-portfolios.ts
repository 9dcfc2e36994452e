import type { MethodImpl } from "@connectrpc/connect";
import type { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { listPortfolios } from "../app/list-portfolios.ts";
import { writePortfolio } from "./convert/portfolio-record.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListPortfolios = MethodImpl<typeof PortfolioService.method.listPortfolios>;

const PAGE_SIZE_DEFAULT = 20;

/** Serves `PortfolioService.ListPortfolios`. */
export function listPortfoliosHandler(deps: RouteDeps): ListPortfolios {
  return async ({ pageSize, pageToken }) => {
    const size = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
    const page = await listPortfolios(deps, size, pageToken);
    return {
      portfolios: page.portfolios.map(writePortfolio),
      nextPageToken: page.nextPageToken,
    };
  };
}
