import type { MethodImpl } from "@connectrpc/connect";
import type { DashboardService } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { listDashboards } from "../app/dashboards.ts";
import { writeDashboard } from "./convert/dashboard-message.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListDashboards = MethodImpl<typeof DashboardService.method.listDashboards>;

const PAGE_SIZE_DEFAULT = 20;

/** Serves `DashboardService.ListDashboards`. */
export function listDashboardsHandler(deps: RouteDeps): ListDashboards {
  return async ({ pageSize, pageToken }) => {
    const page = await listDashboards(deps, pageSize || PAGE_SIZE_DEFAULT, pageToken);
    return { dashboards: page.items.map(writeDashboard), nextPageToken: page.nextPageToken };
  };
}
