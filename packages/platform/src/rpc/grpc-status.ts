import { Code, ConnectError } from "@connectrpc/connect";
import { type ServiceError, type StatusObject, status } from "@grpc/grpc-js";
import { AppError } from "../app-error.ts";
import {
  canceled,
  deadlineExceeded,
  decodeStatusDetails,
  encodeStatus,
  toConnectError,
} from "./error-mapping.ts";
import { toHeaders, toMetadata } from "./metadata.ts";

const STATUS_DETAILS = "grpc-status-details-bin";

/** Turns an error into the status that ends a gRPC call. */
export function toGrpcStatus(error: unknown): StatusObject {
  const connectError = error instanceof ConnectError ? error : toConnectError(error);
  const metadata = toMetadata(connectError.metadata);
  if (connectError.details.length > 0) {
    metadata.set(STATUS_DETAILS, Buffer.from(encodeStatus(connectError)));
  }
  return { code: connectError.code as number, details: connectError.rawMessage, metadata };
}

/**
 * Turns the status that ended a gRPC call into an error.
 *
 * Our services explain every failure with details. A status without any comes
 * from the connection, and its text may name hosts: it is kept as the cause only.
 */
export function fromServiceError(error: ServiceError, service: string): ConnectError {
  const statusBytes = error.metadata.get(STATUS_DETAILS)[0];
  if (statusBytes instanceof Buffer) {
    const header = toHeaders(error.metadata);
    const received = new ConnectError(error.details, error.code as number as Code, header);
    received.details = decodeStatusDetails(statusBytes);
    return received;
  }
  return connectionError(error, service);
}

function connectionError(error: ServiceError, service: string): ConnectError {
  switch (error.code) {
    case status.UNAVAILABLE:
      return unavailable(error, `${service} cannot be reached.`);
    case status.DEADLINE_EXCEEDED:
      return deadlineExceeded();
    case status.CANCELLED:
      return canceled();
    case status.RESOURCE_EXHAUSTED:
      return messageTooLarge(error);
    case status.UNIMPLEMENTED:
      return new ConnectError(
        `${service} does not serve this method`,
        Code.Unimplemented,
        undefined,
        undefined,
        error,
      );
    default:
      return toConnectError(error);
  }
}

function unavailable(cause: ServiceError, message: string): ConnectError {
  return toConnectError(new AppError("unavailable", "SERVICE_UNAVAILABLE", message, { cause }));
}

/** The text holds two sizes in bytes and nothing else. */
function messageTooLarge(cause: ServiceError): ConnectError {
  return toConnectError(
    new AppError("resource-exhausted", "MESSAGE_TOO_LARGE", cause.details, { cause }),
  );
}
