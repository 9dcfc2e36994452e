import { backtestOverfitting, type Matrix } from "@portfolio/quant";
import { type SkillMeasure, skillMeasure } from "./daily-skill.ts";
import { dateOf } from "./day-number.ts";
import { figureMeaning } from "./figure-meaning.ts";
import type {
  Metric,
  MetricSeries,
  Model,
  StageChange,
  Verification,
  Version,
} from "./model-version.ts";

/** A figure over all folds, beside that of the baseline. */
export interface CardFigure {
  readonly name: string;
  /** What it says, in words. */
  readonly meaning: string;
  readonly value: number;
  /** Bounds of the interval of 95 %; nothing where no error is known. */
  readonly interval: { readonly lower: number; readonly upper: number } | undefined;
  readonly baseline: number | undefined;
}

/** What the choice among many versions does to their figures. */
export interface SelectionRisk {
  readonly trialCount: number;
  /** Of the upper third over the lower third, given the trials until then. */
  readonly deflatedSharpe: number | undefined;
  readonly deflatedTrialCount: number;
  readonly overfittingProbability: number | undefined;
  /** Versions that the probability compares. */
  readonly comparedCount: number;
}

/** What is to be known of a version before it is relied on. */
export interface ModelCard {
  readonly model: Model;
  readonly version: Version;
  readonly figures: readonly CardFigure[];
  /** Days that training had not seen; nothing without any. */
  readonly testDays:
    | { readonly startDate: string; readonly endDate: string; readonly count: number }
    | undefined;
  readonly selection: SelectionRisk;
  /** The first one first. */
  readonly stageChanges: readonly StageChange[];
  readonly verification: Verification | undefined;
}

const NORMAL_QUANTILE_975 = 1.959963984540054;
const BLOCK_COUNT = 10;
const ROWS_PER_BLOCK_MIN = 2;

/** Lists the figures over all folds, beside those of the baseline. */
export function cardFigures(version: Version, baseline: Version | undefined): CardFigure[] {
  const least = new Map(overall(baseline?.metrics ?? []).map(({ name, value }) => [name, value]));
  return overall(version.metrics).map(({ name, value, standardError }) => ({
    name,
    meaning: figureMeaning(name),
    value,
    interval:
      standardError === undefined
        ? undefined
        : {
            lower: value - NORMAL_QUANTILE_975 * standardError,
            upper: value + NORMAL_QUANTILE_975 * standardError,
          },
    baseline: baseline?.number === version.number ? undefined : least.get(name),
  }));
}

/** Tells on which days a version was measured, by its skill day by day. */
export function testDays(skill: MetricSeries | undefined): ModelCard["testDays"] {
  const [first, last] = [skill?.points.at(0), skill?.points.at(-1)];
  if (skill === undefined || first === undefined || last === undefined) {
    return undefined;
  }
  return { startDate: dateOf(first), endDate: dateOf(last), count: skill.points.length };
}

/**
 * Estimates what the choice among versions does to their figures.
 *
 * @param skills - Skill day by day of the versions to compare.
 */
export function selectionRisk(
  model: Model,
  version: Version,
  skills: readonly MetricSeries[],
): SelectionRisk {
  const figure = (name: string) =>
    overall(version.metrics).find((metric) => metric.name === name)?.value;
  const compared = sharedSkill(skills, skillMeasure(model.target));
  return {
    trialCount: model.trialCount,
    deflatedSharpe: figure("long_short_deflated"),
    deflatedTrialCount: figure("trial_count") ?? 0,
    overfittingProbability: compared && backtestOverfitting(compared, BLOCK_COUNT).probability,
    comparedCount: compared?.cols ?? 0,
  };
}

/**
 * Skill of versions on the days that all have, one column each, less the mean of a day where it is a
 * loss: nothing where fewer than two versions share enough days.
 */
function sharedSkill(
  skills: readonly MetricSeries[],
  { isLoss }: SkillMeasure,
): Matrix | undefined {
  const columns = skills.map(({ points, values }) => {
    const known = new Map<number, number>();
    for (const [k, point] of points.entries()) {
      known.set(point, values[k] ?? Number.NaN);
    }
    return known;
  });
  const [first, ...others] = columns;
  const days = [...(first?.keys() ?? [])].filter((day) => others.every((each) => each.has(day)));
  if (columns.length < 2 || days.length < BLOCK_COUNT * ROWS_PER_BLOCK_MIN) {
    return undefined;
  }
  const rows = days.map((day) => columns.map((column) => column.get(day) ?? 0));
  const excess = isLoss ? rows.map(belowMean) : rows;
  return { rows: days.length, cols: columns.length, values: Float64Array.from(excess.flat()) };
}

function belowMean(losses: readonly number[]): number[] {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  return losses.map((loss) => mean - loss);
}

function overall(metrics: readonly Metric[]): Metric[] {
  return metrics.filter(({ fold }) => fold === 0);
}
