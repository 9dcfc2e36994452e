import { call } from "../api/call.ts";

/** Lists the schedules of a model, oldest first. */
export function schedulesQuery(modelId: string) {
  return {
    queryKey: ["models", modelId, "schedules"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const { schedules } = await clients.schedule.listSchedules({}, { signal });
        return schedules.filter(({ spec }) => spec?.modelId === modelId);
      }),
    staleTime: 0,
  };
}

/** Creates a schedule. @param work - Number of the contract's `ScheduledWork`. */
export function createSchedule(
  modelId: string,
  work: number,
  cron: string,
  timeZone: string,
): Promise<void> {
  return call(async (clients) => {
    await clients.schedule.createSchedule({ spec: { modelId, work, cron, timeZone } });
  });
}

/** Deletes a schedule. */
export function deleteSchedule(id: string): Promise<void> {
  return call(async (clients) => {
    await clients.schedule.deleteSchedule({ id });
  });
}
