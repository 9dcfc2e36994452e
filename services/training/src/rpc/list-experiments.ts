import type { MethodImpl } from "@connectrpc/connect";
import type { ExperimentService } from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import { listExperiments } from "../app/experiments.ts";
import { writeExperiment } from "./convert/experiment.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListExperiments = MethodImpl<typeof ExperimentService.method.listExperiments>;

const PAGE_SIZE_DEFAULT = 20;

/** Serves `ExperimentService.ListExperiments`. */
export function listExperimentsHandler(deps: RouteDeps): ListExperiments {
  return async ({ modelId, pageSize, pageToken }) => {
    const size = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
    const { items, nextPageToken } = await listExperiments(deps, modelId, size, pageToken);
    return { experiments: items.map(writeExperiment), nextPageToken };
  };
}
