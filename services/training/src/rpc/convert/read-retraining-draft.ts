import { create, fromBinary } from "@bufbuild/protobuf";
import { TrainingSpecSchema } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { DatasetReferenceSchema } from "@portfolio/gen/portfolio/type/v1/dataset_pb.js";
import type { TrainingDraft } from "../../app/start-training.ts";
import type { Version } from "../../domain/model-version.ts";
import { readTrainingDraft } from "./read-training-draft.ts";

/** States a version's specification on the newest prices. */
export function readRetrainingDraft({ spec }: Version, requestId: string): TrainingDraft {
  const trained = fromBinary(TrainingSpecSchema, spec);
  const dataset = create(DatasetReferenceSchema, { id: trained.dataset?.id ?? "sample" });
  const draft = readTrainingDraft({ ...trained, dataset, endDate: "" }, requestId);
  return { ...draft, priority: "background" };
}
