import type { MethodImpl } from "@connectrpc/connect";
import type { ExperimentService } from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import { previewExperiment } from "../app/experiments.ts";
import { readRules, writeFindings, writeRules } from "./convert/experiment.ts";
import type { RouteDeps } from "./route-deps.ts";

type PreviewExperiment = MethodImpl<typeof ExperimentService.method.previewExperiment>;

/** Serves `ExperimentService.PreviewExperiment`. */
export function previewExperimentHandler(deps: RouteDeps): PreviewExperiment {
  return async ({ spec }) => {
    const { rules, findings } = await previewExperiment(deps, readRules(spec));
    return { spec: writeRules(rules), report: writeFindings(findings, findings.dayCount) };
  };
}
