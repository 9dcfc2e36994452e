import type { MethodImpl } from "@connectrpc/connect";
import type { StudyService } from "@portfolio/gen/portfolio/training/v1/study_service_pb.js";
import { startStudy } from "../app/start-study.ts";
import { readStudyDraft } from "./convert/read-study.ts";
import { writeStudy } from "./convert/write-study.ts";
import type { RouteDeps } from "./route-deps.ts";

type StartStudy = MethodImpl<typeof StudyService.method.startStudy>;

/** Serves `StudyService.StartStudy`. */
export function startStudyHandler(deps: RouteDeps): StartStudy {
  return async (request, { signal }) => ({
    study: writeStudy(await startStudy(deps, readStudyDraft(request), signal), []),
  });
}
