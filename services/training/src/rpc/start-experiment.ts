import type { MethodImpl } from "@connectrpc/connect";
import type { ExperimentService } from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import { startExperiment } from "../app/experiments.ts";
import { readRules, writeExperiment, writeFindings } from "./convert/experiment.ts";
import type { RouteDeps } from "./route-deps.ts";

type StartExperiment = MethodImpl<typeof ExperimentService.method.startExperiment>;

/** Serves `ExperimentService.StartExperiment`. */
export function startExperimentHandler(deps: RouteDeps): StartExperiment {
  return async ({ spec }) => {
    const { experiment, findings } = await startExperiment(deps, readRules(spec));
    return {
      experiment: writeExperiment(experiment),
      report: writeFindings(findings, experiment.replayedDays),
    };
  };
}
