import { fromBinary } from "@bufbuild/protobuf";
import { TrainingSpecSchema } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import type { PriceHistory } from "@portfolio/platform/prices/price-history";
import type { TrainingWork } from "./adapters/training-kind.ts";
import { prepareTraining } from "./app/prepare-training.ts";
import { codeVersion, learnerTitle } from "./app/training-text.ts";
import type { ModelRegistry } from "./ports.ts";
import { readTrainingSpec } from "./rpc/convert/read-training-spec.ts";

/** Joins what a worker does for trainings: the contract that they are stored in, prices, versions. */
export function trainingWork(deps: {
  readonly prices: PriceHistory;
  readonly registry: ModelRegistry;
}): TrainingWork {
  const readSpec = (payload: Uint8Array) =>
    readTrainingSpec(fromBinary(TrainingSpecSchema, payload));
  return {
    prepare: (payload, signal) => prepareTraining(deps, readSpec(payload), signal),
    readSpec,
    title: ({ learner }) => learnerTitle(learner),
    codeVersion: ({ learner }) => codeVersion(learner),
  };
}
