import {
  blockDaysOf,
  type ExperimentSpec as ComparisonSpec,
  daysToDecision,
  evaluateExperiment,
  type Guard,
} from "@portfolio/learning";
import { AppError } from "@portfolio/platform/app-error";
import { calibrationDifferences } from "./calibration-guard.ts";
import { type DailySkill, overlapOf, skillDifferences, skillMeasure } from "./daily-skill.ts";
import { drawdownDifferences } from "./drawdown-guard.ts";
import { squaredErrorDifferences, turnoverDifferences } from "./guard-differences.ts";
import type { Replay } from "./model-version.ts";
import type { Target } from "./training-spec.ts";

/** What must not get worse. */
export type GuardMetric = "turnover" | "squared-error" | "drawdown" | "calibration";

/** What is compared, and by which rules. */
export interface ExperimentRules {
  readonly modelId: string;
  readonly championVersion: number;
  readonly challengerVersion: number;
  /** Chance of ever deciding although there is no difference. */
  readonly level: number;
  /** Challengers that are compared in all, this one included. */
  readonly armCount: number;
  /** Least mean difference per day worth promoting for. */
  readonly effectMin: number;
  readonly daysMax: number;
  /** Share of those who ask that the challenger serves. */
  readonly canaryShare: number;
  readonly autoPromote: boolean;
  readonly guards: readonly { readonly metric: GuardMetric; readonly margin: number }[];
}

/** Where an experiment stands. */
export type ExperimentState = "running" | "better" | "futile" | "worse" | "expired" | "stopped";

/** A comparison of two versions. */
export interface Experiment {
  /** A UUID of version 7. */
  readonly id: string;
  readonly rules: ExperimentRules;
  /** Days that were replayed before it. */
  readonly replayedDays: number;
  readonly state: ExperimentState;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
  readonly endTime: string | undefined;
}

/** What is known of an experiment. */
export interface ExperimentFindings {
  /** `rank_ic`, `qlike` or `pinball`. */
  readonly metric: string;
  readonly dayCount: number;
  readonly path: readonly {
    readonly date: string;
    readonly dayCount: number;
    readonly mean: number;
    readonly lower: number;
    readonly upper: number;
    readonly logEvidence: number;
  }[];
  readonly pValue: number;
  readonly openGuards: readonly GuardMetric[];
  readonly blockDays: number;
  /** For differences of a tenth, a fifth and a half of a standard deviation; 0 is not in time. */
  readonly daysToDecision: readonly number[];
  /** What would be decided now. */
  readonly state: Exclude<ExperimentState, "stopped">;
}

const EFFECTS = [0.1, 0.2, 0.5];
/** Days at which the interval is narrowest: a year. */
const EXPECTED_DAYS = 250;
const RANK_EFFECT = 0.005;
const LOSS_EFFECT_SHARE = 0.01;
const DAYS_MORE = 504;

const STATES = {
  continue: "running",
  promote: "better",
  "stop-futile": "futile",
  "stop-harm": "worse",
  expired: "expired",
} as const;

/**
 * Evaluates an experiment on the days that both versions have forecast without having seen them.
 *
 * The difference of a day is positive where the challenger is better. Outcomes that overlap make
 * differences depend on each other; how many days do is told by the dates.
 *
 * @throws {AppError} `EXPERIMENT_WITHOUT_DAYS`.
 * @see `evaluateExperiment`
 */
export function evaluate(
  target: Target,
  rules: ExperimentRules,
  champion: Replay,
  challenger: Replay,
): ExperimentFindings {
  const days = gainsOf(target, champion, challenger);
  const spec = comparisonSpec(target, rules, days);
  const guards = rules.guards.map(
    ({ metric, margin }): Guard => ({
      name: metric,
      margin,
      differences: guardDifferences(metric, { target, champion, challenger, days, spec }),
    }),
  );
  const report = evaluateExperiment(spec, days.values, guards);
  return {
    metric: skillMeasure(target).name,
    dayCount: days.values.length,
    path: report.path.map(({ days: dayCount, ...point }) => ({
      ...point,
      dayCount,
      date: days.dates[dayCount - 1] ?? "",
    })),
    pValue: report.pValue,
    openGuards: report.openGuards as GuardMetric[],
    blockDays: blockDaysOf(spec),
    daysToDecision: EFFECTS.map((effect) => daysToDecision(spec, effect) ?? 0),
    state: STATES[report.state],
  };
}

/** Refuses guards that say nothing of a target. @throws {AppError} `GUARD_UNSUITABLE`. */
export function checkGuards({ kind }: Target, { guards }: Pick<ExperimentRules, "guards">): void {
  const place = guards.findIndex(({ metric }) => metric === "drawdown");
  if (place >= 0 && (kind === "volatility" || kind === "quantile")) {
    const description = `a ${kind} orders no assets to hold, so that there is no drawdown`;
    throw new AppError("invalid-argument", "GUARD_UNSUITABLE", `${description}.`, {
      violations: [{ field: `spec.guards[${place}].metric`, description }],
    });
  }
}

/** Least difference that is worth promoting for, where the caller names none. */
export function defaultEffect(target: Target, champion: DailySkill): number {
  if (!skillMeasure(target).isLoss) {
    return RANK_EFFECT;
  }
  const mean = champion.values.reduce((sum, value) => sum + value, 0) / champion.values.length;
  return LOSS_EFFECT_SHARE * Math.max(Number.MIN_VALUE, Math.abs(mean));
}

/** Days that an experiment takes at most, where the caller names none. */
export function defaultDaysMax(replayedDays: number): number {
  return replayedDays + DAYS_MORE;
}

/** What the challenger gains on each day. @throws {AppError} `EXPERIMENT_WITHOUT_DAYS`. */
export function gainsOf(target: Target, champion: Replay, challenger: Replay): DailySkill {
  const { dates, values } = skillDifferences(target, champion, challenger);
  if (values.length < 2) {
    throw new AppError(
      "failed-precondition",
      "EXPERIMENT_WITHOUT_DAYS",
      "There are no two days that both versions have forecast without having seen them. Train both on the same prices.",
    );
  }
  return skillMeasure(target).isLoss
    ? { dates, values: values.map((value) => -value) }
    : { dates, values };
}

function comparisonSpec(
  target: Target,
  { level, effectMin, daysMax }: ExperimentRules,
  { dates }: DailySkill,
): ComparisonSpec {
  const horizonDays = overlapOf(dates, target.horizonDays) + 1;
  return { horizonDays, level, effectMin, daysMax, expectedDays: EXPECTED_DAYS };
}

/** What guards look at. */
interface Guarded {
  readonly target: Target;
  readonly champion: Replay;
  readonly challenger: Replay;
  readonly days: DailySkill;
  readonly spec: ComparisonSpec;
}

function guardDifferences(
  metric: GuardMetric,
  { target, champion, challenger, days: { dates }, spec }: Guarded,
): Float64Array {
  const spanDays = spec.horizonDays;
  switch (metric) {
    case "turnover":
      return turnoverDifferences(champion, challenger, dates);
    case "squared-error":
      return squaredErrorDifferences(champion, challenger, dates);
    case "drawdown":
      return drawdownDifferences(champion, challenger, dates, {
        spanDays,
        blockDays: blockDaysOf(spec),
      });
    case "calibration":
      return calibrationDifferences(target, champion, challenger, { dates, spanDays });
  }
}
