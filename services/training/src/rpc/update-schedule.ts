import type { MethodImpl } from "@connectrpc/connect";
import type { ScheduleService } from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import { updateSchedule } from "../app/schedules.ts";
import { readSchedule, writeSchedule } from "./convert/schedule.ts";
import type { RouteDeps } from "./route-deps.ts";

type UpdateSchedule = MethodImpl<typeof ScheduleService.method.updateSchedule>;

/** Serves `ScheduleService.UpdateSchedule`. */
export function updateScheduleHandler(deps: RouteDeps): UpdateSchedule {
  return async ({ id, spec }) => {
    return { schedule: writeSchedule(await updateSchedule(deps, id, readSchedule(spec))) };
  };
}
