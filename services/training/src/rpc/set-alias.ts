import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { readAliasName } from "./convert/read-version-name.ts";
import type { RouteDeps } from "./route-deps.ts";

type SetAlias = MethodImpl<typeof ModelService.method.setAlias>;

/** Serves `ModelService.SetAlias`. */
export function setAliasHandler({ registry }: RouteDeps): SetAlias {
  return async ({ modelId, alias, version, expectedVersion, reason }) => {
    const by = { actor: "person", reason, evidence: "" };
    const change = { modelId, alias: readAliasName(alias), version, ...by };
    return { change: await registry.setAlias(change, expectedVersion) };
  };
}
