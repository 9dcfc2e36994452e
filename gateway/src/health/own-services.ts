import type { DescService } from "@bufbuild/protobuf";
import { Health } from "@portfolio/gen/grpc/health/v1/health_pb.js";
import {
  HealthState,
  StatusService,
} from "@portfolio/gen/portfolio/gateway/v1/status_service_pb.js";
import { AppError } from "@portfolio/platform/app-error";
import { type HealthChecks, healthRegistration } from "@portfolio/platform/rpc/health";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { reflectionRegistrations } from "@portfolio/platform/rpc/reflection";
import type { Backend } from "../backend.ts";
import { statusRegistration } from "./status-service.ts";
import type { SystemHealth } from "./system-health.ts";

/**
 * Makes what the gateway serves itself, as one more backend: its status, and health and
 * reflection for everything that it forwards.
 */
export function ownServices(options: {
  backends: readonly Backend[];
  health: SystemHealth;
  checks: HealthChecks;
  version: string;
}): Backend {
  const { backends, health, checks, version } = options;
  for (const { name } of backends) {
    checks.add(name, () => assertServing(name, health));
  }
  const contract: DescService[] = [...backends.flatMap(({ services }) => services), StatusService];
  const registrations = [
    statusRegistration({ health, version, isDraining: () => checks.draining }),
    healthRegistration(checks, contract),
    ...reflectionRegistrations([...contract, Health]),
  ];
  return {
    name: "gateway",
    services: registrations.map(({ service }) => service),
    transport: createLocalTransport(registrations, []),
  };
}

async function assertServing(name: string, health: SystemHealth): Promise<void> {
  const reports = await health.check();
  const report = reports.find((part) => part.name === name);
  if (report?.state !== HealthState.SERVING) {
    throw new AppError("unavailable", "BACKEND_UNAVAILABLE", report?.description ?? "Not checked.");
  }
}
