import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  StageChangeSchema,
  VerificationSchema,
} from "@portfolio/gen/portfolio/training/v1/model_card_pb.js";
import type { StageChange, Verification } from "../../domain/model-version.ts";
import { writeStage } from "./write-version.ts";

/** Writes an entry of the log of stages as the contract has it. */
export function writeStageChange(change: StageChange): MessageInitShape<typeof StageChangeSchema> {
  const { stage, previousStage, ...rest } = change;
  return { ...rest, stage: writeStage(stage), previousStage: writeStage(previousStage) };
}

/** Writes what came of training a version again. */
export function writeVerification({
  differences,
  ...rest
}: Verification): MessageInitShape<typeof VerificationSchema> {
  return { ...rest, equal: differences.length === 0, differences: [...differences] };
}
