import { AppError } from "@portfolio/platform/app-error";
import { type ExplanationTask, runExplanationTask, versionFeature } from "./explanation-task.ts";

/** What a feature contributes to forecasts of late. Plain data that JSON keeps. */
export interface FeatureContribution {
  readonly name: string;
  /** Without regard to sign, in the unit of the explanation: a mean over assets and days. */
  readonly mean: number;
}

const FEATURES_MAX = 10;
const DAY_COUNT = 6;
const STEP_DAYS = 21;
/** Why a version has no contributions. */
const WITHOUT: ReadonlySet<string> = new Set(["EXPLANATION_UNSUPPORTED", "EXPLANATION_INEXACT"]);

/**
 * Lists the features that contribute most on six days a month apart, the last of them the newest.
 *
 * @returns The ten largest, the largest first; none where the version has no exact explanation.
 */
export function topContributions({
  artifact,
  prices,
  members,
}: Pick<ExplanationTask, "artifact" | "prices"> & {
  /** Numbers of the versions that it mixes, whose names stand in for features. */
  readonly members: readonly number[] | undefined;
}): readonly FeatureContribution[] {
  try {
    const { dates, importances, ...explained } = runExplanationTask({
      ...{ artifact, prices, method: undefined, groups: [], seed: 0 },
      ...{ dayCount: DAY_COUNT, stepDays: STEP_DAYS },
    });
    const names = members?.map(versionFeature) ?? explained.names;
    const meanOf = (k: number) =>
      dates.reduce((sum, _, d) => sum + (importances.values[d * names.length + k] ?? 0), 0) /
      dates.length;
    return names
      .map((name, k) => ({ name, mean: meanOf(k) }))
      .filter(({ mean }) => Number.isFinite(mean))
      .sort((a, b) => b.mean - a.mean)
      .slice(0, FEATURES_MAX);
  } catch (error) {
    if (error instanceof AppError && WITHOUT.has(error.reason)) {
      return [];
    }
    throw error;
  }
}
