import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type Dashboard as DashboardMessage,
  DashboardSchema,
  type PlottedSeriesSchema,
  type SeriesQuery as QueryMessage,
  SeriesTransform as TransformMessage,
} from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import type { VersionPlot } from "../../app/query-series.ts";
import type { Dashboard, SeriesQuery, SeriesTransform } from "../../domain/dashboard.ts";
import { dateOf } from "../../domain/day-number.ts";
import type { Model } from "../../domain/model-version.ts";

const WINDOW_DEFAULT = 63;
const POINT_COUNT_DEFAULT = 500;
const POINT_COUNT_MIN = 10;

const TRANSFORMS: ReadonlyMap<TransformMessage, SeriesTransform> = new Map([
  [TransformMessage.LESS_BASELINE, "less-baseline"],
  [TransformMessage.CUMULATIVE_MEAN, "cumulative-mean"],
  [TransformMessage.ROLLING_MEAN, "rolling-mean"],
  [TransformMessage.CUMULATIVE_SUM, "cumulative-sum"],
]);

/** Reads a dashboard to save: of what it says of itself, only identifier, title and revision count. */
export function readDashboard({ id, title, panels, revision }: DashboardMessage) {
  const encoded = toBinary(DashboardSchema, create(DashboardSchema, { panels }));
  return { id, title, revision, panels: encoded };
}

/** Writes a dashboard as the contract has it. */
export function writeDashboard({
  panels,
  ...facts
}: Dashboard): MessageInitShape<typeof DashboardSchema> {
  return { ...facts, panels: fromBinary(DashboardSchema, panels).panels };
}

/** Reads which figures of which versions are wanted. */
export function readSeriesQuery(query: QueryMessage): SeriesQuery {
  const { modelId, numbers, aliases, series, transforms, window, pointCountMax } = query;
  return {
    ...{ modelId, numbers, aliases, series },
    transforms: transforms.flatMap((each) => TRANSFORMS.get(each) ?? []),
    window: Math.max(2, window || WINDOW_DEFAULT),
    pointCountMax: Math.max(POINT_COUNT_MIN, pointCountMax || POINT_COUNT_DEFAULT),
  };
}

/** Writes a series of a version as the contract has it. */
export function writePlot(
  model: Model | undefined,
  { version, plot }: VersionPlot,
): MessageInitShape<typeof PlottedSeriesSchema> {
  const { unit, points, values, interval, threshold, feature = "", jobKind = "" } = plot;
  const named = model?.aliases.filter((alias) => alias.version === version?.number) ?? [];
  const title = version === undefined ? jobKind : `${version.title}, version ${version.number}`;
  return {
    version: version?.number ?? 0,
    label: feature === "" ? title : `${title}: ${feature}`,
    ...{ feature, jobKind },
    aliases: named.map(({ name }) => name),
    ...(unit === "day" ? { dates: Array.from(points, dateOf) } : { numbers: Array.from(points) }),
    values: Array.from(values),
    lowers: Array.from(interval?.lowers ?? []),
    uppers: Array.from(interval?.uppers ?? []),
    ...(threshold !== undefined && { threshold }),
  };
}
