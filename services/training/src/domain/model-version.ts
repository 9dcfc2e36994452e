import type { Matrix } from "@portfolio/quant";
import type { DatasetReference, Target } from "./training-spec.ts";

/** What a version does in its model. */
export const ALIAS_NAMES = ["champion", "challenger", "shadow", "baseline"] as const;
export type AliasName = (typeof ALIAS_NAMES)[number];

/** What may be done with a version. */
export type Stage = "draft" | "validated" | "shadow" | "canary" | "production" | "retired";

/** Something to forecast, and the versions that were trained to do so. */
export interface Model {
  readonly id: string;
  readonly target: Target;
  readonly description: string;
  readonly aliases: readonly {
    readonly name: AliasName;
    readonly version: number;
    readonly since: string;
  }[];
  /** 0 when there is none. */
  readonly latestVersion: number;
  /** Versions and trials that were ever trained. */
  readonly trialCount: number;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** A measure of a version on days that its training had not seen. */
export interface Metric {
  /** Such as `rank_ic`. */
  readonly name: string;
  readonly value: number;
  readonly standardError: number | undefined;
  /** From 1; 0 means all folds. */
  readonly fold: number;
}

/** Where a version comes from: the same gives the same bits where the backend is `native`. */
export interface Lineage {
  readonly dataset: DatasetReference;
  /** SHA-256 of symbols, dates and closes, in lower-case hexadecimal. */
  readonly contentHash: string;
  readonly startDate: string;
  readonly endDate: string;
  /** Such as `price-features/1`. */
  readonly featureVersion: string;
  /** Such as `boosted-trees/1`. */
  readonly codeVersion: string;
  /** SHA-256 in lower-case hexadecimal. */
  readonly specHash: string;
  readonly artifactHash: string;
  /** What computed it, such as `native`; all in order where a training went on elsewhere. */
  readonly backend: string;
  /** In words, such as the name of a GPU; empty where it was not noted. */
  readonly device: string;
  /** Versions that it is made of. */
  readonly parents: readonly number[];
}

/** Forecasts on days that training had not seen, and what came. */
export interface Replay {
  readonly symbols: readonly string[];
  /** `YYYY-MM-DD`, ascending. */
  readonly dates: readonly string[];
  /** One row per date, one column per symbol; NaN where there is none. */
  readonly forecasts: Matrix;
  readonly outcomes: Matrix;
}

/** Figures of a version by step or day, such as its learning curve. */
export interface MetricSeries {
  /** Such as `training_loss`. */
  readonly name: string;
  readonly unit: "step" | "day";
  /** Steps from 1, or days since 1970-01-01. */
  readonly points: Int32Array;
  readonly values: Float64Array;
}

/** A version that was trained but has no number yet. */
export interface VersionDraft {
  readonly modelId: string;
  readonly target: Target;
  readonly title: string;
  /** The encoded specification. Opaque to the store. */
  readonly spec: Uint8Array;
  readonly lineage: Lineage;
  readonly stage: Stage;
  readonly metrics: readonly Metric[];
  readonly series: readonly MetricSeries[];
  readonly artifact: Uint8Array;
  readonly replay: Replay | undefined;
  readonly jobId: string | undefined;
  /** SHA-256 of the file that it comes from, in lower-case hexadecimal. (Default: none.) */
  readonly importHash?: string;
}

/** A version as it is kept, without what is long. */
export interface Version {
  readonly modelId: string;
  readonly number: number;
  readonly title: string;
  readonly spec: Uint8Array;
  readonly lineage: Lineage;
  readonly stage: Stage;
  readonly metrics: readonly Metric[];
  readonly artifactBytes: number;
  readonly jobId: string | undefined;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** One entry of the log of who did what when. */
export interface AliasChange {
  readonly modelId: string;
  readonly alias: AliasName;
  /** 0 takes the alias away. */
  readonly version: number;
  /** 0 when there was none. */
  readonly previousVersion: number;
  /** Who or what decided, such as `person`, `experiment`, `drift`. */
  readonly actor: string;
  readonly reason: string;
  /** What it rests on, such as `experiments/0190…`; may be empty. */
  readonly evidence: string;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** One entry of the log of a version's stages. */
export interface StageChange {
  readonly stage: Stage;
  readonly previousStage: Stage;
  /** As of `AliasChange`. */
  readonly actor: string;
  readonly reason: string;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** What came of training a version again. */
export interface Verification {
  /** Names of what is not the same, such as `artifact`; none when all bits are. */
  readonly differences: readonly string[];
  /** SHA-256 of the new artifact, in lower-case hexadecimal. */
  readonly artifactHash: string;
  readonly jobId: string;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** Forecasts of one day as they were made, and what came. */
export interface StoredForecasts {
  /** Last day of the prices that they were made from, `YYYY-MM-DD`. */
  readonly date: string;
  readonly symbols: readonly string[];
  /** In the unit of outcomes, one per symbol; NaN where there is none. */
  readonly forecasts: Float64Array;
  /** NaN where it is not known yet. */
  readonly outcomes: Float64Array;
  readonly dataset: DatasetReference;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}
