import type { MethodImpl } from "@connectrpc/connect";
import type { MonitoringService } from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import { setMonitoringPolicy } from "../app/monitoring.ts";
import { readPolicy, writePolicy } from "./convert/monitoring.ts";
import type { RouteDeps } from "./route-deps.ts";

type SetMonitoringPolicy = MethodImpl<typeof MonitoringService.method.setMonitoringPolicy>;

/** Serves `MonitoringService.SetMonitoringPolicy`. */
export function setMonitoringPolicyHandler(deps: RouteDeps): SetMonitoringPolicy {
  return async ({ modelId, policy }) => {
    return { policy: writePolicy(await setMonitoringPolicy(deps, modelId, readPolicy(policy))) };
  };
}
