import type { MethodImpl } from "@connectrpc/connect";
import type { ScheduleService } from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import { writeJob } from "@portfolio/platform/jobs/write-job";
import { runSchedule } from "../app/schedules.ts";
import type { RouteDeps } from "./route-deps.ts";

type RunSchedule = MethodImpl<typeof ScheduleService.method.runSchedule>;

/** Serves `ScheduleService.RunSchedule`. */
export function runScheduleHandler(deps: RouteDeps): RunSchedule {
  return async ({ id }) => ({ job: writeJob(await runSchedule(deps, id)) });
}
