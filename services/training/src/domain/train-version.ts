import {
  conformalRadius,
  conformQuantiles,
  encodeForecastModel,
  type FoldScheme,
  type ForecastProgress,
  type ForecastReplay,
  type ForecastRule,
  nativeTrainer,
  type PriceMarket,
  priceMarket,
  type SkillReport,
  skillReport,
  startForecastTraining,
  type Trainer,
} from "@portfolio/learning";
import { combineVersions } from "./combine-versions.ts";
import { dayOf } from "./day-number.ts";
import type { MetricSeries } from "./model-version.ts";
import type { TrainingOutcome, TrainingTask } from "./training-task.ts";

/** What is known after each step of a training. */
export interface TrainingStep {
  readonly progress: ForecastProgress;
  /** Everything needed to go on from here. Costs time: not for every step. */
  readonly checkpoint: () => Uint8Array;
}

/** Share of outcomes outside the interval that an artifact tells. */
const INTERVAL_LEVEL = 0.1;

/**
 * Trains a version, one step at a time.
 *
 * The same task gives the same bits where the trainer does, whether or not it went on from a
 * checkpoint.
 *
 * @param trainer - Of the models of the task. A combination and what learns by itself need none.
 * @throws {ArgumentError} Prices or specification do not allow it.
 */
export async function* trainVersion(
  task: TrainingTask,
  trainer: Trainer,
  checkpoint: Uint8Array | undefined,
): AsyncGenerator<TrainingStep, TrainingOutcome> {
  const { spec } = task;
  const market = priceMarket(task);
  const { learner } = spec;
  if (learner.kind === "combination") {
    const { rule, replay } = combineVersions(task, learner.method);
    return outcomeOf(task, market, { rule, replay, losses: [], computedBy: [NATIVE] });
  }
  const training = startForecastTraining(
    {
      target: spec.target,
      learner,
      scheme: foldScheme(task),
      stepDays: spec.stepDays,
    },
    market,
    { trainer, checkpoint },
  );
  for (;;) {
    const progress = await training.advance();
    yield { progress, checkpoint: training.checkpoint };
    if (progress.isDone) {
      break;
    }
  }
  const { trainingLosses, validationLosses, ...trained } = training.result();
  const losses = [
    { name: "training_loss", values: trainingLosses },
    { name: "validation_loss", values: validationLosses },
  ].filter(({ values }) => values.length > 1);
  const conformed = conformQuantiles(market, spec.target, trained);
  return outcomeOf(task, market, { ...trained, ...conformed, losses });
}

/** Days left out after a test when nothing else is asked for: a hundredth, and at least the horizon. */
export function embargoDays({ dates, spec }: Pick<TrainingTask, "dates" | "spec">): number {
  const { embargoDays: asked } = spec.validation;
  return asked ?? Math.max(spec.target.horizonDays, Math.ceil(dates.length / 100));
}

/** States the folds of a task. */
export function foldScheme(task: Pick<TrainingTask, "dates" | "spec">): FoldScheme {
  const { validation } = task.spec;
  return validation.kind === "walk-forward"
    ? validation
    : { ...validation, embargoDays: embargoDays(task) };
}

const { id, device } = nativeTrainer;
const NATIVE = { id, device };

interface Trained extends Pick<TrainingOutcome, "computedBy"> {
  readonly rule: ForecastRule;
  readonly replay: ForecastReplay;
  readonly losses: readonly { readonly name: string; readonly values: Float64Array }[];
}

function outcomeOf(
  { spec, symbols, dates, tried }: TrainingTask,
  market: PriceMarket,
  { rule, replay, losses, computedBy }: Trained,
): TrainingOutcome {
  const { target } = spec;
  const intervalRadius = intervalRadiusOf(replay);
  const report = skillReport(market, target, replay, tried);
  return {
    artifact: encodeForecastModel({ target, rule, intervalRadius }),
    metrics: report.measures,
    series: [...seriesOf(report, dates), ...losses.map(lossSeries)],
    replay: {
      symbols,
      dates: Array.from(replay.days, (day) => dates[day] ?? ""),
      forecasts: replay.forecasts,
      outcomes: replay.outcomes,
    },
    computedBy,
  };
}

/** Half the width of an interval that held all but a tenth of the outcomes of the replay. */
function intervalRadiusOf({ forecasts, outcomes }: ForecastReplay): number {
  const errors = forecasts.values
    .map((value, k) => Math.abs(value - (outcomes.values[k] ?? Number.NaN)))
    .filter((error) => !Number.isNaN(error));
  return errors.length === 0 ? Number.NaN : conformalRadius(errors, INTERVAL_LEVEL);
}

function seriesOf({ series }: SkillReport, dates: readonly string[]): MetricSeries[] {
  return series.map(({ name, unit, points, values }) => ({
    name,
    unit,
    points: unit === "day" ? points.map((day) => dayOf(dates[day] ?? "")) : points,
    values,
  }));
}

function lossSeries({ name, values }: Trained["losses"][number]): MetricSeries {
  return { name, unit: "step", points: Int32Array.from(values, (_, k) => k + 1), values };
}
