import { ConnectError } from "@connectrpc/connect";
import { status } from "@grpc/grpc-js";

/** Names the gRPC status of a call's outcome, such as `OK` or `NOT_FOUND`. */
export function statusName(error: unknown): string {
  if (error === undefined) {
    return "OK";
  }
  return error instanceof ConnectError ? (status[error.code] ?? "UNKNOWN") : "INTERNAL";
}
