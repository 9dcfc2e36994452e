import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  ForecastSchema,
  ForecastSkillSchema,
  ForecastSourceSchema,
  StoredForecastsSchema,
} from "@portfolio/gen/portfolio/training/v1/forecast_pb.js";
import type { Matrix } from "@portfolio/quant";
import type { ChosenVersion } from "../../app/get-forecasts.ts";
import type { VersionChoice } from "../../app/version-lookup.ts";
import type { AssetForecast } from "../../domain/asset-forecasts.ts";
import type { ForecastSkill } from "../../domain/forecast-skill.ts";
import type { StoredForecasts, Version } from "../../domain/model-version.ts";
import { readTrainedOn } from "./read-trained-on.ts";
import { writeTarget } from "./write-version.ts";

/** Writes where forecasts come from. */
export function writeSource(
  { version, canaryExperimentId, trainedOn, dataset }: ChosenVersion,
  choice: VersionChoice,
  day: { readonly asOfDate: string; readonly snapshotHash: string },
): MessageInitShape<typeof ForecastSourceSchema> {
  return {
    modelId: version.modelId,
    version: version.number,
    alias: choice.kind === "alias" ? choice.alias : "",
    artifactHash: version.lineage.artifactHash,
    target: writeTarget(trainedOn.target),
    dataset: { ...dataset },
    asOfDate: day.asOfDate,
    snapshotHash: day.snapshotHash,
    title: version.title,
    trainedUntil: version.lineage.endDate,
    canaryExperimentId: canaryExperimentId ?? "",
  };
}

/** Writes what is known of a version's skill. */
export function writeSkill({
  coefficient,
  standardError,
  shrunkCoefficient,
  confidence,
}: ForecastSkill): MessageInitShape<typeof ForecastSkillSchema> {
  return { informationCoefficient: coefficient, standardError, shrunkCoefficient, confidence };
}

/** Writes a forecast; what is not known stays unset. */
export function writeForecast(forecast: AssetForecast): MessageInitShape<typeof ForecastSchema> {
  const { symbol, score, expectedExcessReturnPerYear, volatilityPerYear, interval } = forecast;
  return {
    ...{ symbol, score, volatilityPerYear, ...interval },
    ...(expectedExcessReturnPerYear !== undefined && { expectedExcessReturnPerYear }),
  };
}

/** Writes a matrix as bytes. */
export function writeRows({ rows, cols, values }: Matrix) {
  const f64Le = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { rows, cols, f64Le };
}

/** Writes forecasts of one day that were kept. */
export function writeStoredForecasts(
  { date, symbols, forecasts, outcomes, dataset, createTime }: StoredForecasts,
  version: Version,
): MessageInitShape<typeof StoredForecastsSchema> {
  const row = (values: Float64Array) => writeRows({ rows: 1, cols: values.length, values });
  return {
    source: {
      ...{ modelId: version.modelId, version: version.number, title: version.title },
      artifactHash: version.lineage.artifactHash,
      target: writeTarget(readTrainedOn(version).target),
      dataset: { ...dataset },
      asOfDate: date,
      trainedUntil: version.lineage.endDate,
    },
    symbols: [...symbols],
    forecasts: row(forecasts),
    outcomes: row(outcomes),
    createTime,
  };
}
