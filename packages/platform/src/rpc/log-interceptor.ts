import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { Logger } from "pino";
import { outcomeInterceptor } from "./call-outcome.ts";
import { peerKey } from "./call-values.ts";
import { errorReason } from "./error-mapping.ts";
import { currentRequest } from "./request-context.ts";
import { statusName } from "./status-name.ts";

/** Asked by probes every few seconds, or before each call by grpcurl: of interest only when sought. */
const QUIET_SERVICES: ReadonlySet<string> = new Set([
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
]);

/** Writes one line for each call, at its end, with everything that is known of it. */
export function logInterceptor(log: Logger, area: string): Interceptor {
  const areaLog = log.child({ area });
  return outcomeInterceptor((request) => {
    const context = currentRequest();
    const peer = request.contextValues.get(peerKey);
    return ({ error, durationMs }) => {
      const fields = {
        method: context?.method,
        code: statusName(error),
        durationMs: Math.round(durationMs * 1000) / 1000,
        requestId: context?.requestId,
        peer,
        ...errorFields(error),
      };
      areaLog[level(error, request.service.typeName)](fields, "call finished");
    };
  });
}

function errorFields(error: unknown): object {
  if (!(error instanceof ConnectError)) {
    return error === undefined ? {} : { err: error };
  }
  const reason = errorReason(error);
  return isUnexpected(error) ? { reason, err: error.cause ?? error } : { reason };
}

function level(error: unknown, service: string): "debug" | "info" | "warn" | "error" {
  if (error === undefined) {
    return QUIET_SERVICES.has(service) ? "debug" : "info";
  }
  if (!(error instanceof ConnectError) || isUnexpected(error)) {
    return "error";
  }
  return error.code === Code.Unavailable ? "warn" : "info";
}

function isUnexpected(error: ConnectError): boolean {
  return (
    error.code === Code.Internal || error.code === Code.Unknown || error.code === Code.DataLoss
  );
}
