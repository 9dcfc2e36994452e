import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RequestInfoSchema,
} from "@portfolio/gen/google/rpc/error_details_pb.js";
import { StatusSchema } from "@portfolio/gen/google/rpc/status_pb.js";
import { AppError, type AppErrorKind } from "../app-error.ts";

type ErrorDetail = ConnectError["details"][number];

/** `ErrorInfo.domain` of every error of this system (AIP-193). */
export const ERROR_DOMAIN = "portfolio";

const CODE_BY_KIND: Readonly<Record<AppErrorKind, Code>> = {
  "invalid-argument": Code.InvalidArgument,
  "not-found": Code.NotFound,
  "already-exists": Code.AlreadyExists,
  "failed-precondition": Code.FailedPrecondition,
  "out-of-range": Code.OutOfRange,
  "resource-exhausted": Code.ResourceExhausted,
  unauthenticated: Code.Unauthenticated,
  "permission-denied": Code.PermissionDenied,
  "deadline-exceeded": Code.DeadlineExceeded,
  unavailable: Code.Unavailable,
};

/**
 * Turns anything thrown into the status that the caller sees.
 *
 * - An `AppError` keeps its meaning, as google.rpc details.
 * - A `ConnectError`, such as another service's answer, keeps code, message and
 *   details, but not the metadata of the hop that it came from.
 * - Anything else is "internal error". The original is the cause, for the log only.
 *
 * @param requestId - Sent as `google.rpc.RequestInfo`, unless the error has one already.
 */
export function toConnectError(error: unknown, requestId?: string): ConnectError {
  const mapped = mapError(error);
  if (requestId !== undefined && !hasDetail(mapped, RequestInfoSchema.typeName)) {
    mapped.details = [...mapped.details, { desc: RequestInfoSchema, value: { requestId } }];
  }
  return mapped;
}

function mapError(error: unknown): ConnectError {
  if (error instanceof ConnectError) {
    return withDetails(error.rawMessage, error.code, error.details, error.cause);
  }
  if (error instanceof AppError) {
    return withDetails(error.message, CODE_BY_KIND[error.kind], appErrorDetails(error), error);
  }
  const info = { reason: "INTERNAL", domain: ERROR_DOMAIN };
  return withDetails(
    "internal error",
    Code.Internal,
    [{ desc: ErrorInfoSchema, value: info }],
    error,
  );
}

function appErrorDetails({ reason, metadata, violations }: AppError): ErrorDetail[] {
  const info = { reason, domain: ERROR_DOMAIN, metadata: { ...metadata } };
  const details: ErrorDetail[] = [{ desc: ErrorInfoSchema, value: info }];
  if (violations.length > 0) {
    const fieldViolations = violations.map(({ field, description }) => ({ field, description }));
    details.push({ desc: BadRequestSchema, value: { fieldViolations } });
  }
  return details;
}

function withDetails(
  message: string,
  code: Code,
  details: readonly ErrorDetail[],
  cause: unknown,
): ConnectError {
  const error = new ConnectError(message, code, undefined, undefined, cause);
  error.details = [...details];
  return error;
}

function hasDetail(error: ConnectError, typeName: string): boolean {
  return error.details.some((detail) => detailTypeName(detail) === typeName);
}

function detailTypeName(detail: ErrorDetail): string {
  return "desc" in detail ? detail.desc.typeName : detail.type;
}

/** Returns the stable reason of an error, such as `SYMBOL_UNKNOWN`. */
export function errorReason(error: ConnectError): string | undefined {
  return error.findDetails(ErrorInfoSchema)[0]?.reason;
}

/** Encodes an error as `google.rpc.Status`, for `grpc-status-details-bin`. */
export function encodeStatus(error: ConnectError): Uint8Array {
  const details = error.details.map((detail) =>
    "desc" in detail
      ? anyPack(detail.desc, create(detail.desc, detail.value))
      : { typeUrl: `type.googleapis.com/${detail.type}`, value: detail.value },
  );
  return toBinary(
    StatusSchema,
    create(StatusSchema, { code: error.code, message: error.rawMessage, details }),
  );
}

/** Reads the details of `google.rpc.Status`. Bytes that are no Status give none. */
export function decodeStatusDetails(bytes: Uint8Array): ErrorDetail[] {
  try {
    return fromBinary(StatusSchema, bytes).details.map(({ typeUrl, value }) => ({
      type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1),
      value,
    }));
  } catch {
    return [];
  }
}

/**
 * Copies an error as it would arrive over a wire: details as bytes, and no
 * cause, so that nothing internal reaches a caller in the same process.
 */
export function detachError(error: ConnectError): ConnectError {
  return withDetails(
    error.rawMessage,
    error.code,
    decodeStatusDetails(encodeStatus(error)),
    undefined,
  );
}

/** Makes the error of a call that ran out of time. */
export function deadlineExceeded(): ConnectError {
  return toConnectError(
    new AppError(
      "deadline-exceeded",
      "DEADLINE_EXCEEDED",
      "The answer was not ready in time. Give the call more time, or ask for less.",
    ),
  );
}

/** Makes the error of a call that its caller gave up. */
export function canceled(): ConnectError {
  return withDetails(
    "the call was canceled",
    Code.Canceled,
    [{ desc: ErrorInfoSchema, value: { reason: "CANCELED", domain: ERROR_DOMAIN } }],
    undefined,
  );
}
