import type { MethodImpl } from "@connectrpc/connect";
import type { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import { writeJob } from "@portfolio/platform/jobs/write-job";
import { startDefaultTrainings } from "../app/start-default-trainings.ts";
import { defaultSpecs } from "./convert/default-specs.ts";
import { readTrainingDraft } from "./convert/read-training-draft.ts";
import type { RouteDeps } from "./route-deps.ts";

type StartDefaultTrainings = MethodImpl<typeof TrainingService.method.startDefaultTrainings>;

/** Serves `TrainingService.StartDefaultTrainings`. */
export function startDefaultTrainingsHandler(deps: RouteDeps): StartDefaultTrainings {
  return async (request, { signal }) => {
    const { dataset, requestId } = request;
    const reference = { id: dataset?.id ?? "sample", revision: dataset?.revision ?? 0 };
    const symbols =
      request.symbols.length > 0 ? request.symbols : await deps.prices.stocks(reference, signal);
    const modelsSince = (startDate: string) =>
      defaultSpecs(request, symbols, startDate).map(({ modelId, specs }) => ({
        modelId,
        drafts: specs.map((spec) => readTrainingDraft(spec, "")),
      }));
    const jobs = await startDefaultTrainings(deps, modelsSince, requestId, signal);
    return { jobs: jobs.map(writeJob) };
  };
}
