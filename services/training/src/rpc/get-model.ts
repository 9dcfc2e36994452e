import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { findModel } from "../app/find-version.ts";
import { writeModel } from "./convert/write-version.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetModel = MethodImpl<typeof ModelService.method.getModel>;

/** Serves `ModelService.GetModel`. */
export function getModelHandler({ registry }: RouteDeps): GetModel {
  return async ({ id }) => ({ model: writeModel(await findModel(registry, id, "id")) });
}
