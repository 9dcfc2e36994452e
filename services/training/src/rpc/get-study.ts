import type { MethodImpl } from "@connectrpc/connect";
import type { StudyService } from "@portfolio/gen/portfolio/training/v1/study_service_pb.js";
import { findStudy } from "../app/start-study.ts";
import { writeStudy } from "./convert/write-study.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetStudy = MethodImpl<typeof StudyService.method.getStudy>;

/** Serves `StudyService.GetStudy`. */
export function getStudyHandler(deps: RouteDeps): GetStudy {
  return async ({ id }) => {
    const { study, trials, overfittingProbability } = await findStudy(deps, id);
    return { study: writeStudy(study, trials, overfittingProbability) };
  };
}
