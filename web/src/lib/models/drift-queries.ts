import { call } from "../api/call.ts";

/** What follows on an alarm. */
export interface AlarmPolicy {
  readonly retrain: boolean;
  readonly fallBackToBaseline: boolean;
}

/** Asks what was seen of the champion when it was looked at last. */
export function driftQuery(modelId: string, isEnabled: boolean) {
  return {
    queryKey: ["models", modelId, "drift"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const { report } = await clients.monitoring.getDrift({ modelId }, { signal });
        return report ?? null;
      }),
    enabled: isEnabled,
    retry: false,
    staleTime: 0,
  };
}

/** Asks for the alarms of a model, newest first. */
export function alarmsQuery(modelId: string) {
  return {
    queryKey: ["models", modelId, "alarms"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const { alarms } = await clients.monitoring.listDriftAlarms({ modelId }, { signal });
        return alarms.map((alarm) => ({ ...alarm }));
      }),
    staleTime: 0,
  };
}

/** Asks how a model is watched. */
export function policyQuery(modelId: string) {
  return {
    queryKey: ["models", modelId, "policy"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const { policy } = await clients.monitoring.getMonitoringPolicy({ modelId }, { signal });
        return policy ?? null;
      }),
    staleTime: 0,
  };
}

/** Starts a look at the champion. */
export function startLook(modelId: string): Promise<void> {
  return call(async (clients) => {
    await clients.monitoring.startMonitoring({ modelId });
  });
}

/** Changes what follows on an alarm, and leaves the rest of the policy as it is. */
export function changePolicy(modelId: string, change: Partial<AlarmPolicy>): Promise<void> {
  return call(async (clients) => {
    const { policy } = await clients.monitoring.getMonitoringPolicy({ modelId });
    const changed = { ...policy, ...change } as NonNullable<typeof policy>;
    await clients.monitoring.setMonitoringPolicy({ modelId, policy: changed });
  });
}
