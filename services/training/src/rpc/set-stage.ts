import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { findModel } from "../app/find-version.ts";
import { readStage, writeVersion } from "./convert/write-version.ts";
import type { RouteDeps } from "./route-deps.ts";

type SetStage = MethodImpl<typeof ModelService.method.setStage>;

/** Serves `ModelService.SetStage`. */
export function setStageHandler({ registry }: RouteDeps): SetStage {
  return async ({ modelId, number, stage, reason }) => {
    const by = { actor: "person", reason };
    const version = await registry.setStage(modelId, number, readStage(stage), by);
    return { version: writeVersion(version, await findModel(registry, modelId)) };
  };
}
