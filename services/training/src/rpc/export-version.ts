import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { exportVersion } from "../app/export-version.ts";
import type { RouteDeps } from "./route-deps.ts";

type ExportVersion = MethodImpl<typeof ModelService.method.exportVersion>;

/** Serves `ModelService.ExportVersion`. */
export function exportVersionHandler({ registry }: RouteDeps): ExportVersion {
  return ({ modelId, number, withoutReplay }) =>
    exportVersion(registry, modelId, number, withoutReplay);
}
