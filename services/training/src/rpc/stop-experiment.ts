import type { MethodImpl } from "@connectrpc/connect";
import type { ExperimentService } from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import { stopExperiment } from "../app/experiments.ts";
import { writeExperiment } from "./convert/experiment.ts";
import type { RouteDeps } from "./route-deps.ts";

type StopExperiment = MethodImpl<typeof ExperimentService.method.stopExperiment>;

/** Serves `ExperimentService.StopExperiment`. */
export function stopExperimentHandler(deps: RouteDeps): StopExperiment {
  return async ({ id }) => ({ experiment: writeExperiment(await stopExperiment(deps, id)) });
}
