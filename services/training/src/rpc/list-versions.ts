import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { listVersions } from "../app/list-versions.ts";
import { writeVersion } from "./convert/write-version.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListVersions = MethodImpl<typeof ModelService.method.listVersions>;

const PAGE_SIZE_DEFAULT = 50;

/** Serves `ModelService.ListVersions`. */
export function listVersionsHandler({ registry }: RouteDeps): ListVersions {
  return async ({ modelId, pageSize, pageToken, metricNames }) => {
    const { items, nextPageToken, model } = await listVersions(registry, {
      ...{ modelId, pageToken, metricNames },
      pageSize: pageSize || PAGE_SIZE_DEFAULT,
    });
    return { versions: items.map((version) => writeVersion(version, model)), nextPageToken };
  };
}
