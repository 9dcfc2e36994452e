import { create } from "@bufbuild/protobuf";
import type { MethodImpl } from "@connectrpc/connect";
import {
  DashboardSchema,
  type DashboardService,
} from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { saveDashboard } from "../app/dashboards.ts";
import { readDashboard, writeDashboard } from "./convert/dashboard-message.ts";
import type { RouteDeps } from "./route-deps.ts";

type SaveDashboard = MethodImpl<typeof DashboardService.method.saveDashboard>;

/** Serves `DashboardService.SaveDashboard`. */
export function saveDashboardHandler(deps: RouteDeps): SaveDashboard {
  return async ({ dashboard = create(DashboardSchema) }) => ({
    dashboard: writeDashboard(await saveDashboard(deps, readDashboard(dashboard))),
  });
}
