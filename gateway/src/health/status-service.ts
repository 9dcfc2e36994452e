import {
  HealthState,
  StatusService,
} from "@portfolio/gen/portfolio/gateway/v1/status_service_pb.js";
import { type Registration, register } from "@portfolio/platform/rpc/registration";
import { type SystemHealth, worstState } from "./system-health.ts";

/** Serves `StatusService`: the health of every part in one answer. */
export function statusRegistration(options: {
  health: SystemHealth;
  version: string;
  isDraining: () => boolean;
}): Registration {
  const startMs = performance.now();
  return register(StatusService, {
    getStatus: async () => {
      const reports = await options.health.check();
      const parts = [
        gatewayPart(options.isDraining()),
        ...reports.map(({ durationMs, ...part }) => ({
          ...part,
          checkDurationMs: roundToThousandths(durationMs),
        })),
      ];
      return {
        state: worstState(parts),
        version: options.version,
        uptimeSeconds: roundToThousandths((performance.now() - startMs) / 1000),
        parts,
      };
    },
  });
}

function roundToThousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function gatewayPart(isDraining: boolean) {
  return {
    name: "gateway",
    state: isDraining ? HealthState.NOT_SERVING : HealthState.SERVING,
    description: isDraining ? "Shutting down." : "",
    checkDurationMs: 0,
  };
}
