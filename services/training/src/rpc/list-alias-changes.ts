import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { listAliasChanges } from "../app/list-alias-changes.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListAliasChanges = MethodImpl<typeof ModelService.method.listAliasChanges>;

const PAGE_SIZE_DEFAULT = 20;

/** Serves `ModelService.ListAliasChanges`. */
export function listAliasChangesHandler({ registry }: RouteDeps): ListAliasChanges {
  return async ({ modelId, pageSize, pageToken }) => {
    const size = pageSize || PAGE_SIZE_DEFAULT;
    const { items, nextPageToken } = await listAliasChanges(registry, modelId, size, pageToken);
    return { changes: [...items], nextPageToken };
  };
}
