import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { listModels } from "../app/list-models.ts";
import { writeModel, writeVersion } from "./convert/write-version.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListModels = MethodImpl<typeof ModelService.method.listModels>;

const PAGE_SIZE_DEFAULT = 20;

/** Serves `ModelService.ListModels`. */
export function listModelsHandler({ registry }: RouteDeps): ListModels {
  return async ({ pageSize, pageToken }) => {
    const page = await listModels(registry, pageSize || PAGE_SIZE_DEFAULT, pageToken);
    const models = new Map(page.items.map((model) => [model.id, model]));
    return {
      models: page.items.map(writeModel),
      nextPageToken: page.nextPageToken,
      champions: page.champions.flatMap((version) => {
        const model = models.get(version.modelId);
        return model === undefined ? [] : [writeVersion(version, model)];
      }),
    };
  };
}
