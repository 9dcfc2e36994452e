import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { writeJob } from "@portfolio/platform/jobs/write-job";
import { verifyVersion } from "../app/verify-version.ts";
import type { RouteDeps } from "./route-deps.ts";

type VerifyVersion = MethodImpl<typeof ModelService.method.verifyVersion>;

/** Serves `ModelService.VerifyVersion`. */
export function verifyVersionHandler(deps: RouteDeps): VerifyVersion {
  return async ({ modelId, number, requestId }) => ({
    job: writeJob(await verifyVersion(deps, { modelId, number }, requestId)),
  });
}
