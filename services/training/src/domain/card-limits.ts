import { skillMeasure } from "./daily-skill.ts";
import type { ModelCard } from "./model-card.ts";

const TEST_DAYS_FEW = 252;
const OVERFITTING_LIKELY = 0.5;
const CONFIDENCE = 0.95;

/** Says in words what a version is not good for. */
export function cardLimits(card: ModelCard): string[] {
  return [
    ...skillLimits(card),
    ...selectionLimits(card),
    ...driftLimits(card),
    ...dataLimits(card),
    ...verificationLimits(card),
  ];
}

function skillLimits({ model, figures, testDays }: ModelCard): string[] {
  const { name, isLoss } = skillMeasure(model.target);
  const figure = figures.find((each) => each.name === name);
  if (figure === undefined) {
    return ["It was not measured on days that its training had not seen."];
  }
  const limits: string[] = [];
  const { interval, baseline, value } = figure;
  if (!isLoss && interval !== undefined && interval.lower <= 0) {
    limits.push(`Its ${name} may be 0: the interval of 95 % is ${range(interval)}.`);
  }
  if (baseline !== undefined && (isLoss ? value >= baseline : value <= baseline)) {
    limits.push(
      `It is no better than the baseline: ${name} of ${text(value)} against ${text(baseline)}.`,
    );
  }
  if (testDays !== undefined && testDays.count < TEST_DAYS_FEW) {
    limits.push(`It was measured on ${testDays.count} days, less than a year.`);
  }
  return limits;
}

function selectionLimits({ selection }: ModelCard): string[] {
  const { deflatedSharpe, trialCount, deflatedTrialCount } = selection;
  const { overfittingProbability, studyOverfittingProbability } = selection;
  const limits: string[] = [];
  if (deflatedSharpe !== undefined && deflatedSharpe < CONFIDENCE) {
    limits.push(
      `Its Sharpe ratio may be the luck of ${deflatedTrialCount} trials: the chance that it is not is ${text(deflatedSharpe)}.`,
    );
  }
  if (deflatedSharpe !== undefined && trialCount > deflatedTrialCount) {
    limits.push(
      `${trialCount - deflatedTrialCount} more trials were made since that chance was computed.`,
    );
  }
  if (overfittingProbability !== undefined && overfittingProbability >= OVERFITTING_LIKELY) {
    limits.push(
      `The best of these versions in one half of the days is rather among the worse ones in the other: ${text(overfittingProbability)}.`,
    );
  }
  if (
    studyOverfittingProbability !== undefined &&
    studyOverfittingProbability >= OVERFITTING_LIKELY
  ) {
    limits.push(
      `Its parameters may be chosen by luck: the best trial in one half of the days is rather among the worse ones in the other: ${text(studyOverfittingProbability)}.`,
    );
  }
  return limits;
}

function driftLimits({ drift }: ModelCard): string[] {
  if (drift === undefined) {
    return [];
  }
  const { createTime, evidenceRatio = 0, driftedFeatures } = drift;
  const day = createTime.slice(0, 10);
  return [
    ...(evidenceRatio >= 1
      ? [`Its losses have risen, as seen on ${day}: it may not fit any more.`]
      : []),
    ...(driftedFeatures.length > 0
      ? [
          `${driftedFeatures.length} of its features had another distribution than before on ${day}.`,
        ]
      : []),
  ];
}

function dataLimits({ model, version }: ModelCard): string[] {
  const { lineage } = version;
  const limits = [
    `It has seen prices from ${lineage.startDate} to ${lineage.endDate}; what came later may differ.`,
    "Its symbols were chosen today: those that have failed before are missing.",
  ];
  if (model.target.kind === "rank" || model.target.kind === "return") {
    limits.push("Its figures are before costs of trading.");
  }
  if (model.target.horizonDays > 1) {
    limits.push(
      `Outcomes of ${model.target.horizonDays} days overlap; standard errors allow for that.`,
    );
  }
  return limits;
}

function verificationLimits({ verification }: ModelCard): string[] {
  if (verification === undefined || verification.differences.length === 0) {
    return [];
  }
  const differences = verification.differences.join(", ");
  return [`Trained again on ${verification.createTime.slice(0, 10)}, it differed: ${differences}.`];
}

function range({ lower, upper }: { readonly lower: number; readonly upper: number }): string {
  return `${text(lower)} … ${text(upper)}`;
}

function text(value: number): string {
  return String(Number(value.toPrecision(3)));
}
