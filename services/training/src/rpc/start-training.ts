import { create } from "@bufbuild/protobuf";
import type { MethodImpl } from "@connectrpc/connect";
import type { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import { TrainingSpecSchema } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { writeJob } from "@portfolio/platform/jobs/write-job";
import { startTraining } from "../app/start-training.ts";
import { readTrainingDraft } from "./convert/read-training-draft.ts";
import type { RouteDeps } from "./route-deps.ts";

type StartTraining = MethodImpl<typeof TrainingService.method.startTraining>;

/** Serves `TrainingService.StartTraining`. */
export function startTrainingHandler(deps: RouteDeps): StartTraining {
  return async ({ spec, requestId }, { signal }) => {
    const draft = readTrainingDraft(spec ?? create(TrainingSpecSchema), requestId);
    return { job: writeJob(await startTraining(deps, draft, signal)) };
  };
}
