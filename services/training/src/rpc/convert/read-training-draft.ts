import { create, toBinary } from "@bufbuild/protobuf";
import {
  type TrainingSpec,
  TrainingSpecSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { DatasetReferenceSchema } from "@portfolio/gen/portfolio/type/v1/dataset_pb.js";
import type { TrainingDraft } from "../../app/start-training.ts";
import { fillTrainingSpec } from "./fill-training-spec.ts";
import { readTrainingSpec } from "./read-training-spec.ts";

/** Reads a training to start. @throws {AppError} Names every field at fault, below `spec`. */
export function readTrainingDraft(spec: TrainingSpec, requestId: string): TrainingDraft {
  const filled = fillTrainingSpec(spec);
  return {
    spec: readTrainingSpec(filled),
    writeSpec: ({ id, revision }) => {
      const dataset = create(DatasetReferenceSchema, { id, revision });
      return toBinary(TrainingSpecSchema, { ...filled, dataset });
    },
    requestId,
    priority: "interactive",
  };
}
