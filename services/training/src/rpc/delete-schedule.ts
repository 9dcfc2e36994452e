import type { MethodImpl } from "@connectrpc/connect";
import type { ScheduleService } from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import { deleteSchedule } from "../app/schedules.ts";
import type { RouteDeps } from "./route-deps.ts";

type DeleteSchedule = MethodImpl<typeof ScheduleService.method.deleteSchedule>;

/** Serves `ScheduleService.DeleteSchedule`. */
export function deleteScheduleHandler(deps: RouteDeps): DeleteSchedule {
  return async ({ id }) => {
    await deleteSchedule(deps, id);
    return {};
  };
}
