import { fromBinary } from "@bufbuild/protobuf";
import {
  TargetKind,
  type Target as TargetMessage,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import type { TrainedOn } from "../../app/get-forecasts.ts";
import type { Version } from "../../domain/model-version.ts";
import type { Target } from "../../domain/training-spec.ts";

/** What was read of versions that are remembered. */
const READ = new WeakMap<Version, TrainedOn>();

/** Reads what a version was trained to forecast. */
export function readTrainedOn(version: Version): TrainedOn {
  const known = READ.get(version) ?? decode(version);
  READ.set(version, known);
  return known;
}

function decode({ spec }: Version): TrainedOn {
  const { symbols, target, dataset, learner, validation } = fromBinary(TrainingSpecSchema, spec);
  const method = learner?.method;
  return {
    symbols,
    target: readTarget(target),
    dataset: { id: dataset?.id || "sample", revision: dataset?.revision ?? 0 },
    members: method?.case === "combination" ? method.value.versions : undefined,
    isWalkForward: validation?.scheme.case !== "combinatorialPurged",
  };
}

function readTarget(target: TargetMessage | undefined): Target {
  const { kind, horizonDays = 1, probability = 0 } = target ?? {};
  switch (kind) {
    case TargetKind.RETURN:
      return { kind: "return", horizonDays };
    case TargetKind.VOLATILITY:
      return { kind: "volatility", horizonDays };
    case TargetKind.QUANTILE:
      return { kind: "quantile", horizonDays, probability };
    default:
      return { kind: "rank", horizonDays };
  }
}
