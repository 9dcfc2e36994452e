import { create, fromBinary, toJson } from "@bufbuild/protobuf";
import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { TrainingSpecSchema } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { LineageSchema } from "@portfolio/gen/portfolio/training/v1/version_pb.js";
import { compareVersions } from "../app/compare-versions.ts";
import { fieldDifferences } from "../domain/field-differences.ts";
import type { Version } from "../domain/model-version.ts";
import { writeLineage, writeVersion } from "./convert/write-version.ts";
import type { RouteDeps } from "./route-deps.ts";

type CompareVersions = MethodImpl<typeof ModelService.method.compareVersions>;

/** Serves `ModelService.CompareVersions`. */
export function compareVersionsHandler({ registry }: RouteDeps): CompareVersions {
  return async ({ modelId, numbers }) => {
    const { model, versions, skills } = await compareVersions(registry, modelId, numbers);
    return {
      versions: versions.map((version) => writeVersion(version, model)),
      fields: fieldDifferences(versions.map(originOf)).map(({ path, values }) => ({
        path,
        values: [...values],
      })),
      skills: [...skills],
    };
  };
}

/** Specification and lineage as JSON, by the names of the contract. */
function originOf({ spec, lineage }: Version) {
  const options = { useProtoFieldName: true };
  return {
    spec: toJson(TrainingSpecSchema, fromBinary(TrainingSpecSchema, spec), options),
    lineage: toJson(LineageSchema, create(LineageSchema, writeLineage(lineage)), options),
  };
}
