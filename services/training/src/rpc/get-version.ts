import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { findVersion } from "../app/find-version.ts";
import { readVersionName } from "./convert/read-version-name.ts";
import { writeStageChange, writeVerification } from "./convert/write-history.ts";
import { writeSeries } from "./convert/write-series.ts";
import { writeVersion } from "./convert/write-version.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetVersion = MethodImpl<typeof ModelService.method.getVersion>;

/** Serves `ModelService.GetVersion`. */
export function getVersionHandler({ registry }: RouteDeps): GetVersion {
  return async ({ modelId, version: name, atTime }) => {
    const { model, version } = await findVersion(registry, modelId, readVersionName(name, atTime));
    const [series, stageChanges, verifications] = await Promise.all([
      registry.listSeries(modelId, version.number),
      registry.listStageChanges(modelId, version.number),
      registry.listVerifications(modelId, version.number),
    ]);
    return {
      version: writeVersion(version, model),
      series: series.map(writeSeries),
      stageChanges: stageChanges.map(writeStageChange),
      verifications: verifications.map(writeVerification),
    };
  };
}
