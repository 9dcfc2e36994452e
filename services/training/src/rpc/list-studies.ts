import type { MethodImpl } from "@connectrpc/connect";
import type { StudyService } from "@portfolio/gen/portfolio/training/v1/study_service_pb.js";
import { listStudies } from "../app/start-study.ts";
import { writeStudy } from "./convert/write-study.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListStudies = MethodImpl<typeof StudyService.method.listStudies>;

const PAGE_SIZE_DEFAULT = 20;

/** Serves `StudyService.ListStudies`. */
export function listStudiesHandler(deps: RouteDeps): ListStudies {
  return async ({ pageSize, pageToken }) => {
    const page = await listStudies(deps, pageSize || PAGE_SIZE_DEFAULT, pageToken);
    return {
      studies: page.items.map((study) => writeStudy(study, [])),
      nextPageToken: page.nextPageToken,
    };
  };
}
