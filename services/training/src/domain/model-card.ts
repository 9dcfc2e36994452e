import type { CardDrift, CardExplanation } from "./card-sections.ts";
import { skillMeasure } from "./daily-skill.ts";
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
import { type DatedSkill, overfittingRisk } from "./overfitting.ts";

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
  /** Among the trials of the study that chose its parameters. */
  readonly studyOverfittingProbability: number | undefined;
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
  /** Nothing where there is none, or prices cannot be had. */
  readonly explanation: CardExplanation | undefined;
  /** Nothing until somebody has looked. */
  readonly drift: CardDrift | undefined;
}

const NORMAL_QUANTILE_975 = 1.959963984540054;

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
 * @param trialSkills - The same of the trials that chose its parameters, if any.
 */
export function selectionRisk(
  model: Model,
  version: Version,
  skills: readonly DatedSkill[],
  trialSkills: readonly DatedSkill[],
): SelectionRisk {
  const figure = (name: string) =>
    overall(version.metrics).find((metric) => metric.name === name)?.value;
  const measure = skillMeasure(model.target);
  const compared = overfittingRisk(skills, measure);
  return {
    trialCount: model.trialCount,
    deflatedSharpe: figure("long_short_deflated"),
    deflatedTrialCount: figure("trial_count") ?? 0,
    overfittingProbability: compared?.probability,
    comparedCount: compared === undefined ? 0 : skills.length,
    studyOverfittingProbability: overfittingRisk(trialSkills, measure)?.probability,
  };
}

function overall(metrics: readonly Metric[]): Metric[] {
  return metrics.filter(({ fold }) => fold === 0);
}
