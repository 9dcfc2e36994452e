import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  DatesUsedSchema,
  ProvenanceSchema,
} from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import type { Provenance } from "../../app/provenance.ts";
import type { SharedHistory } from "../../domain/history.ts";

/** Writes which prices an answer rests on; unset when it rests on none. */
export function writeDatesUsed(
  panel: SharedHistory | undefined,
): MessageInitShape<typeof DatesUsedSchema> | undefined {
  if (panel === undefined) {
    return undefined;
  }
  const { dates, dropped } = panel;
  return {
    startDate: dates[0] ?? "",
    endDate: dates.at(-1) ?? "",
    returnCount: dates.length - 1,
    droppedHistories: dropped.map(({ symbol, startDate, endDate, droppedCount }) => ({
      symbol,
      available: { startDate, endDate },
      droppedCount,
    })),
  };
}

/** Writes what an answer was computed from. */
export function writeProvenance({
  dataset,
  methodVersions,
  contentHash,
  forecasts = [],
}: Provenance): MessageInitShape<typeof ProvenanceSchema> {
  return {
    ...(dataset && { dataset }),
    methodVersions: { ...methodVersions },
    contentHash,
    forecasts: forecasts.map(({ field, origin, confidence }) => {
      const { modelId, version, alias, asOfDate, artifactHash, snapshotHash } = origin;
      const { canaryExperimentId } = origin;
      return {
        ...{ field, modelId, version, alias, asOfDate, artifactHash, snapshotHash },
        canaryExperimentId,
        ...(confidence !== undefined && { confidence }),
      };
    }),
  };
}
