import type { MethodImpl } from "@connectrpc/connect";
import type { ExperimentService } from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import { getExperiment } from "../app/experiments.ts";
import { writeExperiment, writeFindings } from "./convert/experiment.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetExperiment = MethodImpl<typeof ExperimentService.method.getExperiment>;

/** Serves `ExperimentService.GetExperiment`. */
export function getExperimentHandler(deps: RouteDeps): GetExperiment {
  return async ({ id }) => {
    const { experiment, findings } = await getExperiment(deps, id);
    return {
      experiment: writeExperiment(experiment),
      report: writeFindings(findings, experiment.replayedDays),
    };
  };
}
