import type { MethodImpl } from "@connectrpc/connect";
import type { ScheduleService } from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import { createSchedule } from "../app/schedules.ts";
import { readSchedule, writeSchedule } from "./convert/schedule.ts";
import type { RouteDeps } from "./route-deps.ts";

type CreateSchedule = MethodImpl<typeof ScheduleService.method.createSchedule>;

/** Serves `ScheduleService.CreateSchedule`. */
export function createScheduleHandler(deps: RouteDeps): CreateSchedule {
  return async ({ spec }) => {
    return { schedule: writeSchedule(await createSchedule(deps, readSchedule(spec))) };
  };
}
