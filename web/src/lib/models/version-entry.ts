import type { TrainingSpec } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import type { Model, Stage, Version } from "@portfolio/gen/portfolio/training/v1/version_pb.js";
import { formatPercent } from "../format.ts";
import { m } from "../i18n/models/messages.ts";

export type StageName = keyof typeof m.stages;
export type AliasName = keyof typeof m.aliases;
export type TargetName = "rank" | "return" | "volatility" | "quantile";

export const ALIASES = ["champion", "challenger", "shadow", "baseline"] as const;

// Numbers of the contract, so that the page loads without its descriptors.
const STAGES: Readonly<Record<Stage, StageName>> = {
  0: "draft",
  1: "draft",
  2: "validated",
  3: "shadow",
  4: "canary",
  5: "production",
  6: "retired",
};
const TARGETS: readonly TargetName[] = ["rank", "rank", "return", "volatility", "quantile"];

/** Number of a stage in the contract. */
export function stageNumber(name: StageName): Stage {
  const found = Object.entries(STAGES).findLast(([, stage]) => stage === name);
  return Number(found?.[0] ?? 0);
}

/** A measure of a version on days that training had not seen. */
export interface MetricEntry {
  readonly name: string;
  readonly value: number;
  readonly standardError: number | undefined;
  /** From 1; 0 means all. */
  readonly fold: number;
}

/** A version as the page shows it. */
export interface VersionEntry {
  readonly modelId: string;
  readonly number: number;
  readonly title: string;
  readonly stage: StageName;
  readonly aliases: readonly string[];
  readonly metrics: readonly MetricEntry[];
  readonly spec: TrainingSpec | undefined;
  readonly lineage: Version["lineage"];
  readonly artifactBytes: number;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** A model as the page shows it. */
export interface ModelEntry {
  readonly id: string;
  readonly target: TargetName;
  /** What its versions forecast, in words. */
  readonly forecasts: string;
  readonly aliases: readonly { readonly name: string; readonly version: number; since: string }[];
  readonly latestVersion: number;
  readonly trialCount: number;
}

export function versionEntry(version: Version): VersionEntry {
  return {
    modelId: version.modelId,
    number: version.number,
    title: version.title,
    stage: STAGES[version.stage],
    aliases: version.aliases,
    metrics: version.metrics.map(({ name, value, standardError, fold }) => ({
      ...{ name, value, standardError, fold },
    })),
    spec: version.spec,
    lineage: version.lineage,
    artifactBytes: Number(version.artifactBytes),
    createTime: version.createTime,
  };
}

export function modelEntry({ id, target, aliases, latestVersion, trialCount }: Model): ModelEntry {
  const name = TARGETS[target?.kind ?? 1] ?? "rank";
  const days = target?.horizonDays ?? 0;
  const forecasts =
    name === "quantile"
      ? m.target.quantile(days, formatPercent(target?.probability))
      : m.target[name](days);
  return {
    ...{ id, forecasts, latestVersion, trialCount },
    target: name,
    aliases: aliases.map((alias) => ({
      name: alias.name,
      version: alias.version,
      since: alias.since,
    })),
  };
}

/** The version that has an alias. */
export function versionWith({ aliases }: ModelEntry, alias: AliasName): number | undefined {
  return aliases.find(({ name }) => name === alias)?.version;
}
