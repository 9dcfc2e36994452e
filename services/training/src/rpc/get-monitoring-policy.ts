import type { MethodImpl } from "@connectrpc/connect";
import type { MonitoringService } from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import { getMonitoringPolicy } from "../app/monitoring.ts";
import { writePolicy } from "./convert/monitoring.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetMonitoringPolicy = MethodImpl<typeof MonitoringService.method.getMonitoringPolicy>;

/** Serves `MonitoringService.GetMonitoringPolicy`. */
export function getMonitoringPolicyHandler(deps: RouteDeps): GetMonitoringPolicy {
  return async ({ modelId }) => {
    return { policy: writePolicy(await getMonitoringPolicy(deps, modelId)) };
  };
}
