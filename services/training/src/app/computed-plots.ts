import { calibrationPlot } from "../domain/calibration-plot.ts";
import type { Plot } from "../domain/dashboard.ts";
import { dayOf } from "../domain/day-number.ts";
import type { ExperimentFindings } from "../domain/experiment.ts";
import type { Model } from "../domain/model-version.ts";
import type { MonitoringStore } from "../ports.ts";
import { attributionOf } from "./attribution.ts";
import { type ExperimentDeps, findingsOf } from "./experiments.ts";
import type { ForecastDeps } from "./get-forecasts.ts";

/** What series are read from. */
export type PlotDeps = ExperimentDeps &
  ForecastDeps & {
    readonly monitoring: Pick<MonitoringStore, "findLook">;
  };

type MakePlots = (
  deps: PlotDeps,
  model: Model,
  number: number,
) => Promise<Plot | readonly Plot[] | undefined>;

/** Series that are computed when they are asked for, by name. */
const COMPUTED: ReadonlyMap<string, MakePlots> = new Map<string, MakePlots>([
  ["calibration", calibration],
  ["evidence", evidence],
  ["gain", gain],
  ["drift_statistic", driftStatistic],
  ["attribution", attribution],
]);

/** Experiments of a model among which that of a challenger is looked for: the newest. */
const EXPERIMENTS_MAX = 100;
/** Features that are drawn: the largest. */
const FEATURES_MAX = 8;

/** Computes a series of versions; nothing when it is not one of those that are computed. */
export async function computedPlots(
  deps: PlotDeps,
  model: Model,
  numbers: readonly number[],
  name: string,
): Promise<ReadonlyMap<number, readonly Plot[]> | undefined> {
  const makePlots = COMPUTED.get(name);
  if (makePlots === undefined) {
    return undefined;
  }
  const plots = new Map<number, readonly Plot[]>();
  for (const number of numbers) {
    plots.set(number, [(await makePlots(deps, model, number)) ?? []].flat());
  }
  return plots;
}

async function calibration({ registry }: PlotDeps, { id }: Model, number: number) {
  const replay = await registry.findReplay(id, number);
  return replay && calibrationPlot(replay);
}

async function evidence(deps: PlotDeps, model: Model, number: number): Promise<Plot | undefined> {
  const found = await newestFindings(deps, model, number);
  return (
    found && {
      ...daysOf(found.findings),
      values: Float64Array.from(found.findings.path, ({ logEvidence }) => logEvidence),
      threshold: -Math.log(found.level),
    }
  );
}

async function gain(deps: PlotDeps, model: Model, number: number): Promise<Plot | undefined> {
  const found = await newestFindings(deps, model, number);
  if (found === undefined) {
    return undefined;
  }
  const { path } = found.findings;
  return {
    ...daysOf(found.findings),
    values: Float64Array.from(path, ({ mean }) => mean),
    interval: {
      lowers: Float64Array.from(path, ({ lower }) => lower),
      uppers: Float64Array.from(path, ({ upper }) => upper),
    },
    threshold: 0,
  };
}

async function driftStatistic({ monitoring }: PlotDeps, { id }: Model, number: number) {
  const look = await monitoring.findLook(id, number);
  const loss = look?.findings.loss;
  return (
    loss && {
      unit: "day" as const,
      points: Float64Array.from(loss.dates, dayOf),
      values: Float64Array.from(loss.statistics),
      threshold: loss.threshold,
    }
  );
}

async function attribution(
  deps: PlotDeps,
  { id }: Model,
  number: number,
): Promise<readonly Plot[] | undefined> {
  const version = await deps.registry.findVersion(id, number);
  const found = version && (await attributionOf(deps, version));
  return found?.features.slice(0, FEATURES_MAX).map(({ name, byDate }) => ({
    unit: "day" as const,
    points: Float64Array.from(found.dates, dayOf),
    values: Float64Array.from(byDate),
    feature: name,
  }));
}

async function newestFindings(
  deps: PlotDeps,
  model: Model,
  number: number,
): Promise<{ readonly findings: ExperimentFindings; readonly level: number } | undefined> {
  const all = await deps.experiments.list(model.id, EXPERIMENTS_MAX, undefined);
  const experiment = all.find(({ rules }) => rules.challengerVersion === number);
  return (
    experiment && {
      findings: await findingsOf(deps, model, experiment),
      level: experiment.rules.level,
    }
  );
}

function daysOf({ path }: ExperimentFindings) {
  return { unit: "day" as const, points: Float64Array.from(path, ({ date }) => dayOf(date)) };
}
