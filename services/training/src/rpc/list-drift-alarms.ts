import type { MethodImpl } from "@connectrpc/connect";
import type { MonitoringService } from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import { listDriftAlarms } from "../app/monitoring.ts";
import { writeAlarm } from "./convert/monitoring.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListDriftAlarms = MethodImpl<typeof MonitoringService.method.listDriftAlarms>;

/** Serves `MonitoringService.ListDriftAlarms`. */
export function listDriftAlarmsHandler(deps: RouteDeps): ListDriftAlarms {
  return async ({ modelId }) => {
    return { alarms: (await listDriftAlarms(deps, modelId)).map(writeAlarm) };
  };
}
