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

/** A series of a version. */
export interface VersionPlot {
  readonly version: Version;
  readonly plot: Plot;
}

/** Versions that are shown when none are named: the newest. */
const NEWEST_COUNT = 5;

/**
 * Reads what a panel shows. Versions without such a series are left out.
 *
 * @throws {AppError} `MODEL_UNKNOWN`.
 */
export async function querySeries(
  deps: PlotDeps,
  query: SeriesQuery,
): Promise<{ readonly model: Model; readonly plots: readonly VersionPlot[] }> {
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
    const plot = plots.get(number);
    return version && plot ? [{ version, plot: thinned(plot, query.pointCountMax) }] : [];
  });
  return { model, plots: shown };
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
): Promise<ReadonlyMap<number, Plot>> {
  const baseline = query.transforms.includes("less-baseline")
    ? (model.aliases.find(({ name }) => name === "baseline")?.version ?? 0)
    : undefined;
  const wanted = baseline === undefined ? numbers : [...numbers, baseline];
  const found = await registry.findSeries(model.id, wanted, query.series);
  const base = found.get(baseline ?? 0);
  const plots = new Map<number, Plot>();
  for (const [number, series] of found) {
    const isShown = baseline === undefined || (base !== undefined && number !== baseline);
    if (isShown) {
      plots.set(number, transformed(plotOf(series), base && plotOf(base), model, query));
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
