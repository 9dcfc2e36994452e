import type { MethodImpl } from "@connectrpc/connect";
import type { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { readJobStates, writeJob } from "@portfolio/platform/jobs/write-job";
import { listJobs } from "../app/list-jobs.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListJobs = MethodImpl<typeof JobService.method.listJobs>;

const PAGE_SIZE_DEFAULT = 20;

/** Serves `JobService.ListJobs`. */
export function listJobsHandler({ jobs }: RouteDeps): ListJobs {
  return async ({ states, kinds, ownerReference, pageSize, pageToken }) => {
    const filter = {
      ...(states.length > 0 && { states: readJobStates(states) }),
      ...(kinds.length > 0 && { kinds }),
      ...(ownerReference !== "" && { ownerReference }),
    };
    const page = { size: pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize, token: pageToken };
    const found = await listJobs(jobs, filter, page);
    return { jobs: found.jobs.map(writeJob), nextPageToken: found.nextPageToken };
  };
}
