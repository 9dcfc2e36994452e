import { fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type StudySchema,
  TrialState as TrialStateMessage,
} from "@portfolio/gen/portfolio/training/v1/study_service_pb.js";
import { TrainingSpecSchema } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import type { Study, Trial, TrialState } from "../../domain/study.ts";

const STATES: Readonly<Record<TrialState, TrialStateMessage>> = {
  running: TrialStateMessage.RUNNING,
  complete: TrialStateMessage.COMPLETE,
  pruned: TrialStateMessage.PRUNED,
  failed: TrialStateMessage.FAILED,
};

/** Writes a study as the contract has it. */
export function writeStudy(
  study: Study,
  trials: readonly Trial[],
  overfittingProbability?: number,
): MessageInitShape<typeof StudySchema> {
  const { id, modelId, parameters, trialCountMax, parallelCount, isDone, createTime } = study;
  const spec = fromBinary(TrainingSpecSchema, study.spec);
  const scheme = spec.validation?.scheme;
  const foldCount = scheme?.case === "walkForward" ? scheme.value.foldCount : 0;
  return {
    ...{ id, modelId, spec, trialCountMax, parallelCount, isDone, createTime },
    parameters: parameters.map(({ name, min, max, isLogarithmic }) => ({
      ...{ name, min, max, isLogarithmic },
    })),
    trials: trials.map((trial) => writeTrial(trial, foldCount)),
    trainingJobId: study.trainingJobId ?? "",
    ...(overfittingProbability !== undefined && { overfittingProbability }),
  };
}

function writeTrial({ number, values, state, losses, jobId }: Trial, foldCount: number) {
  const [first, all] = losses;
  const loss = all ?? first;
  return {
    ...{ number, jobId },
    values: [...values],
    state: STATES[state],
    ...(loss !== undefined && { loss }),
    foldCount: all !== undefined ? foldCount : first !== undefined ? 1 : 0,
  };
}
