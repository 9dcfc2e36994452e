import type { MethodImpl } from "@connectrpc/connect";
import type { MonitoringService } from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import { writeJob } from "@portfolio/platform/jobs/write-job";
import { startMonitoring } from "../app/monitoring.ts";
import type { RouteDeps } from "./route-deps.ts";

type StartMonitoring = MethodImpl<typeof MonitoringService.method.startMonitoring>;

/** Serves `MonitoringService.StartMonitoring`. */
export function startMonitoringHandler(deps: RouteDeps): StartMonitoring {
  return async ({ modelId, version }) => {
    return { job: writeJob(await startMonitoring(deps, modelId, version, "")) };
  };
}
