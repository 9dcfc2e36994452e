import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { writeModel } from "./convert/write-version.ts";
import type { RouteDeps } from "./route-deps.ts";

type UpdateModel = MethodImpl<typeof ModelService.method.updateModel>;

/** Serves `ModelService.UpdateModel`. */
export function updateModelHandler({ registry }: RouteDeps): UpdateModel {
  return async ({ id, description }) => ({
    model: writeModel(await registry.updateModel(id, description)),
  });
}
