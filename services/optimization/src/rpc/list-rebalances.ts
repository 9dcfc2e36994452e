import type { MethodImpl } from "@connectrpc/connect";
import type { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { listRebalances } from "../app/list-rebalances.ts";
import { writeRebalance } from "./convert/portfolio-record.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListRebalances = MethodImpl<typeof PortfolioService.method.listRebalances>;

const PAGE_SIZE_DEFAULT = 20;

/** Serves `PortfolioService.ListRebalances`. */
export function listRebalancesHandler(deps: RouteDeps): ListRebalances {
  return async ({ portfolioId, pageSize, pageToken }) => {
    const size = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
    const page = await listRebalances(deps, portfolioId, size, pageToken);
    return {
      rebalances: page.rebalances.map(writeRebalance),
      nextPageToken: page.nextPageToken,
    };
  };
}
