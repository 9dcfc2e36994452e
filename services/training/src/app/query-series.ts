import type { WorkerUse } from "@portfolio/platform/jobs/worker-use";
import { overlapOf } from "../domain/daily-skill.ts";
import type { Plot, SeriesQuery, SeriesTransform } from "../domain/dashboard.ts";
import { dateOf } from "../domain/day-number.ts";
import type { MetricSeries, Model, Version } from "../domain/model-version.ts";
import {
  cumulativeMean,
  cumulativeSum,
  lessOther,
  rollingMean,
  thinned,
} from "../domain/plot-transforms.ts";
import { computedPlots, type PlotDeps } from "./computed-plots.ts";
import { findModel } from "./find-version.ts";

/** What series are read from. */
export type SeriesDeps = PlotDeps & {
  /** How busy workers were in the last hours, by kind of job. */
  readonly workerUse: (hourCount: number) => Promise<readonly WorkerUse[]>;
};

/** A series, of a version but for that of workers. */
export interface VersionPlot {
  readonly version: Version | undefined;
  readonly plot: Plot;
}

/** Versions that are shown when none are named: the newest. */
const NEWEST_COUNT = 5;
/** Hours that the use of workers is shown of. */
const USE_HOURS = 48;

/**
 * Reads what a panel shows. Versions without such a series are left out.
 *
 * @throws {AppError} `MODEL_UNKNOWN`.
 */
export async function querySeries(
  deps: SeriesDeps,
  query: SeriesQuery,
): Promise<{ readonly model: Model | undefined; readonly plots: readonly VersionPlot[] }> {
  if (query.series === "worker_use") {
    return { model: undefined, plots: workerPlots(await deps.workerUse(USE_HOURS)) };
  }
  const model = await findModel(deps.registry, query.modelId);
  const numbers = versionNumbers(model, query);
  const [versions, plots] = await Promise.all([
    deps.registry.findVersions(numbers.map((number) => ({ modelId: model.id, number }))),
    computedPlots(deps, model, numbers, query.series).then(
      (computed) => computed ?? storedPlots(deps, model, numbers, query),
    ),
  ]);
  const shown = numbers.flatMap((number): VersionPlot[] => {
    const version = versions.find((each) => each.number === number);
    const own = version === undefined ? [] : (plots.get(number) ?? []);
    return own.map((plot) => ({ version, plot: thinned(plot, query.pointCountMax) }));
  });
  return { model, plots: shown };
}

/** Over hours before now. */
function workerPlots(use: readonly WorkerUse[]): VersionPlot[] {
  return use.map(({ kind, busyByHour }) => ({
    version: undefined,
    plot: {
      unit: "number",
      points: busyByHour.map((_, k) => k - busyByHour.length),
      values: busyByHour,
      jobKind: kind,
    },
  }));
}

function versionNumbers(model: Model, { numbers, aliases }: SeriesQuery): number[] {
  const named = aliases.flatMap((alias) =>
    model.aliases.filter(({ name }) => name === alias).map(({ version }) => version),
  );
  if (numbers.length + aliases.length > 0) {
    return [...new Set([...numbers, ...named])];
  }
  const newest = Array.from({ length: NEWEST_COUNT }, (_, k) => model.latestVersion - k);
  return newest.filter((number) => number > 0);
}

async function storedPlots(
  { registry }: PlotDeps,
  model: Model,
  numbers: readonly number[],
  query: SeriesQuery,
): Promise<ReadonlyMap<number, readonly Plot[]>> {
  const baseline = query.transforms.includes("less-baseline")
    ? (model.aliases.find(({ name }) => name === "baseline")?.version ?? 0)
    : undefined;
  const wanted = baseline === undefined ? numbers : [...numbers, baseline];
  const found = await registry.findSeries(model.id, wanted, query.series);
  const base = found.get(baseline ?? 0);
  const plots = new Map<number, readonly Plot[]>();
  for (const [number, series] of found) {
    const isShown = baseline === undefined || (base !== undefined && number !== baseline);
    if (isShown) {
      plots.set(number, [transformed(plotOf(series), base && plotOf(base), model, query)]);
    }
  }
  return plots;
}

function transformed(
  plot: Plot,
  baseline: Plot | undefined,
  { target }: Model,
  { transforms, window }: SeriesQuery,
): Plot {
  const steps: Readonly<Record<SeriesTransform, (current: Plot) => Plot>> = {
    "less-baseline": (current) => (baseline === undefined ? current : lessOther(current, baseline)),
    "cumulative-sum": cumulativeSum,
    "rolling-mean": (current) => rollingMean(current, window),
    "cumulative-mean": (current) => cumulativeMean(current, lagsOf(current, target.horizonDays)),
  };
  return transforms.reduce((current, transform) => steps[transform](current), plot);
}

/** Points after each that share part of its outcome; steps share nothing. */
function lagsOf({ unit, points }: Plot, horizonDays: number): number {
  return unit === "number" || points.length < 2
    ? 0
    : overlapOf(Array.from(points, dateOf), horizonDays);
}

function plotOf({ unit, points, values }: MetricSeries): Plot {
  return { unit: unit === "day" ? "day" : "number", points: Float64Array.from(points), values };
}
