import type { MethodImpl } from "@connectrpc/connect";
import type { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { writeJob } from "@portfolio/platform/jobs/write-job";
import { findJob } from "../app/find-job.ts";
import type { RouteDeps } from "./route-deps.ts";

type CancelJob = MethodImpl<typeof JobService.method.cancelJob>;

/** Serves `JobService.CancelJob`. */
export function cancelJobHandler({ jobs }: RouteDeps): CancelJob {
  return async ({ id }) => ({ job: writeJob(await findJob(id, (known) => jobs.cancel(known))) });
}
