import type { MethodImpl } from "@connectrpc/connect";
import type { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { writeJob } from "@portfolio/platform/jobs/write-job";
import { watchJobs } from "../app/watch-jobs.ts";
import type { RouteDeps } from "./route-deps.ts";

type WatchJobs = MethodImpl<typeof JobService.method.watchJobs>;

/** Serves `JobService.WatchJobs`. */
export function watchJobsHandler(deps: RouteDeps): WatchJobs {
  return async function* ({ ids, afterSequence }, { signal }) {
    const watch = { ids, afterSequence: Number(afterSequence) };
    for await (const { jobs, sequence } of watchJobs(deps, watch, signal)) {
      yield { jobs: jobs.map(writeJob), sequence: BigInt(sequence) };
    }
  };
}
