import { fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  TargetKind,
  type TargetSchema,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import type { ModelSchema } from "@portfolio/gen/portfolio/training/v1/version_pb.js";
import {
  Stage as StageMessage,
  type VersionSchema,
} from "@portfolio/gen/portfolio/training/v1/version_pb.js";
import type { Lineage, Model, Stage, Version } from "../../domain/model-version.ts";
import type { Target } from "../../domain/training-spec.ts";

const STAGES: Readonly<Record<Stage, StageMessage>> = {
  draft: StageMessage.DRAFT,
  validated: StageMessage.VALIDATED,
  shadow: StageMessage.SHADOW,
  canary: StageMessage.CANARY,
  production: StageMessage.PRODUCTION,
  retired: StageMessage.RETIRED,
};

const TARGET_KINDS: Readonly<Record<Target["kind"], TargetKind>> = {
  rank: TargetKind.RANK,
  return: TargetKind.RETURN,
  volatility: TargetKind.VOLATILITY,
  quantile: TargetKind.QUANTILE,
};

/** Writes a model as the contract has it. */
export function writeModel(model: Model): MessageInitShape<typeof ModelSchema> {
  const { id, target, description, aliases, latestVersion, trialCount, createTime } = model;
  return {
    id,
    target: writeTarget(target),
    description,
    aliases: aliases.map((alias) => ({ ...alias })),
    latestVersion,
    trialCount,
    createTime,
  };
}

/** Writes a version as the contract has it. @param model - Says which aliases it has. */
export function writeVersion(
  version: Version,
  { aliases }: Model,
): MessageInitShape<typeof VersionSchema> {
  return {
    modelId: version.modelId,
    number: version.number,
    spec: fromBinary(TrainingSpecSchema, version.spec),
    stage: STAGES[version.stage],
    lineage: writeLineage(version.lineage),
    metrics: version.metrics.map(({ name, value, standardError, fold }) => ({
      ...{ name, value, fold },
      ...(standardError !== undefined && { standardError }),
    })),
    aliases: aliases.flatMap((alias) => (alias.version === version.number ? [alias.name] : [])),
    artifactBytes: BigInt(version.artifactBytes),
    createTime: version.createTime,
    title: version.title,
    jobId: version.jobId ?? "",
  };
}

/** Writes where a version comes from. */
export function writeLineage(lineage: Lineage) {
  const { dataset, startDate, endDate, parents, ...hashes } = lineage;
  return { ...hashes, dataset, days: { startDate, endDate }, parents: [...parents] };
}

/** Writes a stage as the contract has it. */
export function writeStage(stage: Stage): StageMessage {
  return STAGES[stage];
}

/** Reads a stage; the contract refuses an unspecified one. */
export function readStage(message: StageMessage): Stage {
  const stages = Object.keys(STAGES) as Stage[];
  return stages.find((stage) => STAGES[stage] === message) ?? "draft";
}

/** Writes what is forecast as the contract has it. */
export function writeTarget(target: Target): MessageInitShape<typeof TargetSchema> {
  return {
    kind: TARGET_KINDS[target.kind],
    horizonDays: target.horizonDays,
    probability: target.kind === "quantile" ? target.probability : 0,
  };
}
