import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { readAliasName } from "./convert/read-version-name.ts";
import type { RouteDeps } from "./route-deps.ts";

type RevertAlias = MethodImpl<typeof ModelService.method.revertAlias>;

/** Serves `ModelService.RevertAlias`. */
export function revertAliasHandler({ registry }: RouteDeps): RevertAlias {
  return async ({ modelId, alias, expectedVersion, reason }) => {
    const by = { actor: "person", reason, evidence: "" };
    const change = { modelId, alias: readAliasName(alias), ...by };
    return { change: await registry.revertAlias(change, expectedVersion) };
  };
}
