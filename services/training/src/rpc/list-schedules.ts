import type { MethodImpl } from "@connectrpc/connect";
import type { ScheduleService } from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import { writeSchedule } from "./convert/schedule.ts";
import type { RouteDeps } from "./route-deps.ts";

type ListSchedules = MethodImpl<typeof ScheduleService.method.listSchedules>;

/** Serves `ScheduleService.ListSchedules`. */
export function listSchedulesHandler(deps: RouteDeps): ListSchedules {
  return async () => ({ schedules: (await deps.schedules.list()).map(writeSchedule) });
}
