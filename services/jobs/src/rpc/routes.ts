import { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { type Registration, register } from "@portfolio/platform/rpc/registration";
import { cancelJobHandler } from "./cancel-job.ts";
import { getJobHandler } from "./get-job.ts";
import { listJobsHandler } from "./list-jobs.ts";
import { retryJobHandler } from "./retry-job.ts";
import type { RouteDeps } from "./route-deps.ts";
import { watchJobsHandler } from "./watch-jobs.ts";

/** Lists every RPC of this service. */
export function routes(deps: RouteDeps): Registration[] {
  return [
    register(JobService, {
      getJob: getJobHandler(deps),
      listJobs: listJobsHandler(deps),
      watchJobs: watchJobsHandler(deps),
      cancelJob: cancelJobHandler(deps),
      retryJob: retryJobHandler(deps),
    }),
  ];
}
