import type { ExplanationMethod, ExplanationUnit } from "@portfolio/learning";
import type { Attribution } from "./attribution.ts";
import type { DriftFindings } from "./watch-drift.ts";

/** What forecasts rest on. */
export interface CardExplanation {
  readonly method: ExplanationMethod;
  readonly unit: ExplanationUnit;
  /** `YYYY-MM-DD`, as the next. */
  readonly startDate: string;
  readonly endDate: string;
  /** The most important first. */
  readonly features: readonly {
    readonly name: string;
    /** Mean over days and assets of the contribution without its sign. */
    readonly mean: number;
    /** Of the sum over all features, 0 … 1; 0 where nothing contributes. */
    readonly share: number;
  }[];
}

/** Whether a version still fits, as it was seen last. */
export interface CardDrift {
  /** RFC 3339 in UTC. */
  readonly createTime: string;
  /** Evidence that losses rose, over what alarms; nothing where no loss is known. */
  readonly evidenceRatio: number | undefined;
  readonly driftedFeatures: readonly string[];
  readonly featureCount: number;
}

const FEATURES_MAX = 20;

/** Says what forecasts rest on, by contributions over time. */
export function cardExplanation({ method, unit, dates, features }: Attribution): CardExplanation {
  const total = features.reduce((sum, { mean }) => sum + mean, 0);
  return {
    ...{ method, unit, startDate: dates[0] ?? "", endDate: dates.at(-1) ?? "" },
    features: features
      .slice(0, FEATURES_MAX)
      .map(({ name, mean }) => ({ name, mean, share: total > 0 ? mean / total : 0 })),
  };
}

/** Says whether a version still fits, by the last look at it. */
export function cardDrift(look: {
  readonly findings: DriftFindings;
  readonly createTime: string;
}): CardDrift {
  const { loss, features } = look.findings;
  const statistic = loss.statistics.at(-1);
  return {
    createTime: look.createTime,
    evidenceRatio: statistic === undefined ? undefined : statistic / loss.threshold,
    driftedFeatures: features.flatMap(({ name, isShifted }) => (isShifted ? [name] : [])),
    featureCount: features.length,
  };
}
