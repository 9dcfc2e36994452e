import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  HelpSchema,
  LocalizedMessageSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  RequestInfoSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
} from "@portfolio/gen/google/rpc/error_details_pb.js";
import { ERROR_DOMAIN, toConnectError } from "@portfolio/platform/rpc/error-mapping";

type ErrorDetail = ConnectError["details"][number];

const DETAIL_SCHEMAS: ReadonlyMap<string, DescMessage> = new Map(
  [
    BadRequestSchema,
    ErrorInfoSchema,
    HelpSchema,
    LocalizedMessageSchema,
    PreconditionFailureSchema,
    QuotaFailureSchema,
    RequestInfoSchema,
    ResourceInfoSchema,
    RetryInfoSchema,
  ].map((schema) => [schema.typeName, schema]),
);

/**
 * Turns whatever a call failed with into what its caller may see.
 *
 * Code, message and details of a service's own error are kept; the metadata of the hop to the
 * service never is, since its `content-type` and `grpc-status` would overwrite the answer's.
 * An error without `ErrorInfo` comes from a transport or a library, not from a service: it
 * gets a reason of its own, and its message is kept only where it says nothing of the inside.
 *
 * @param requestId - Sent as `google.rpc.RequestInfo`, unless the error has one already.
 * @param backendName - Whom the call went to, for the message when it cannot be reached.
 */
export function toPublicError(
  error: unknown,
  requestId: string,
  backendName = "gateway",
): ConnectError {
  const mapped = toConnectError(error, requestId);
  const explained =
    mapped.findDetails(ErrorInfoSchema).length > 0
      ? mapped
      : explainTransportError(mapped, backendName);
  explained.details = explained.details.map(decodeDetail);
  return explained;
}

function explainTransportError(error: ConnectError, backendName: string): ConnectError {
  const { code, reason, message } = transportErrorWords(error, backendName);
  const explained = new ConnectError(message, code, undefined, undefined, error.cause ?? error);
  explained.details = [
    { desc: ErrorInfoSchema, value: { reason, domain: ERROR_DOMAIN } },
    ...error.details,
  ];
  return explained;
}

function transportErrorWords(
  { code, rawMessage }: ConnectError,
  backendName: string,
): { code: Code; reason: string; message: string } {
  switch (code) {
    case Code.Unavailable:
      return {
        code,
        reason: "BACKEND_UNAVAILABLE",
        message: `The ${backendName} service cannot be reached. Try again in a moment.`,
      };
    case Code.DeadlineExceeded:
      return {
        code,
        reason: "DEADLINE_EXCEEDED",
        message: "The answer was not ready in time. Give the call more time, or ask for less.",
      };
    case Code.Canceled:
    case Code.Aborted:
      return { code: Code.Canceled, reason: "CANCELED", message: "the call was canceled" };
    case Code.Unimplemented:
      return { code, reason: "METHOD_UNIMPLEMENTED", message: rawMessage };
    case Code.ResourceExhausted:
      return { code, reason: "MESSAGE_TOO_LARGE", message: rawMessage };
    case Code.InvalidArgument:
      return { code, reason: "REQUEST_INVALID", message: rawMessage };
    default:
      return { code: Code.Internal, reason: "INTERNAL", message: "internal error" };
  }
}

/** Decodes a detail of a known type, so that JSON answers can show what it says. */
function decodeDetail(detail: ErrorDetail): ErrorDetail {
  const desc = "desc" in detail ? undefined : DETAIL_SCHEMAS.get(detail.type);
  if ("desc" in detail || desc === undefined) {
    return detail;
  }
  try {
    return { desc, value: fromBinary(desc, detail.value) };
  } catch {
    return detail;
  }
}
