import type { MethodImpl } from "@connectrpc/connect";
import type { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { writeJob } from "@portfolio/platform/jobs/write-job";
import { findJob } from "../app/find-job.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetJob = MethodImpl<typeof JobService.method.getJob>;

/** Serves `JobService.GetJob`. */
export function getJobHandler({ jobs }: RouteDeps): GetJob {
  return async ({ id }) => ({ job: writeJob(await findJob(id, (known) => jobs.find(known))) });
}
