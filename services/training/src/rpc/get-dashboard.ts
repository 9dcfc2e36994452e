import type { MethodImpl } from "@connectrpc/connect";
import type { DashboardService } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { findDashboard } from "../app/dashboards.ts";
import { writeDashboard } from "./convert/dashboard-message.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetDashboard = MethodImpl<typeof DashboardService.method.getDashboard>;

/** Serves `DashboardService.GetDashboard`. */
export function getDashboardHandler(deps: RouteDeps): GetDashboard {
  return async ({ id }) => ({ dashboard: writeDashboard(await findDashboard(deps, id)) });
}
