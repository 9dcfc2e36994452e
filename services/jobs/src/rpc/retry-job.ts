import type { MethodImpl } from "@connectrpc/connect";
import type { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { writeJob } from "@portfolio/platform/jobs/write-job";
import { findJob } from "../app/find-job.ts";
import type { RouteDeps } from "./route-deps.ts";

type RetryJob = MethodImpl<typeof JobService.method.retryJob>;

/** Serves `JobService.RetryJob`. */
export function retryJobHandler({ jobs }: RouteDeps): RetryJob {
  return async ({ id }) => ({ job: writeJob(await findJob(id, (known) => jobs.retry(known))) });
}
