import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { importVersion } from "../app/import-version.ts";
import { writeVersion } from "./convert/write-version.ts";
import type { RouteDeps } from "./route-deps.ts";

type ImportVersion = MethodImpl<typeof ModelService.method.importVersion>;

/** Serves `ModelService.ImportVersion`. */
export function importVersionHandler({ registry }: RouteDeps): ImportVersion {
  return async ({ content, modelId }) => {
    const { model, version } = await importVersion(registry, content, modelId);
    return { version: writeVersion(version, model) };
  };
}
