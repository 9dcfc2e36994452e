import type { MethodImpl } from "@connectrpc/connect";
import type { MonitoringService } from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import { getDrift } from "../app/monitoring.ts";
import { writeLook } from "./convert/monitoring.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetDrift = MethodImpl<typeof MonitoringService.method.getDrift>;

/** Serves `MonitoringService.GetDrift`. */
export function getDriftHandler(deps: RouteDeps): GetDrift {
  return async ({ modelId, version }) => {
    return { report: writeLook(await getDrift(deps, modelId, version)) };
  };
}
