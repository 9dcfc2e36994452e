import type { MethodImpl } from "@connectrpc/connect";
import type { DashboardService } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { deleteDashboard } from "../app/dashboards.ts";
import type { RouteDeps } from "./route-deps.ts";

type DeleteDashboard = MethodImpl<typeof DashboardService.method.deleteDashboard>;

/** Serves `DashboardService.DeleteDashboard`. */
export function deleteDashboardHandler(deps: RouteDeps): DeleteDashboard {
  return async ({ id }) => {
    await deleteDashboard(deps, id);
    return {};
  };
}
