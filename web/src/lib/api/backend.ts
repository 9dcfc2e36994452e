import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { type Clients, createClients } from "@portfolio/gen";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RequestInfoSchema,
} from "@portfolio/gen/google/rpc/error_details_pb.js";
import { ApiFailure, type FailureKind } from "./api-failure.ts";
import { apiKey } from "./api-key.svelte.ts";

// Reached only by dynamic import, so that the first page paints without the contract's descriptors.

const sendApiKey: Interceptor = (next) => (request) => {
  if (apiKey.value !== "") {
    request.header.set("authorization", `Bearer ${apiKey.value}`);
  }
  return next(request);
};

/** Clients of the gateway that served the page. */
export function gatewayClients(): Clients {
  return createClients(
    createConnectTransport({
      baseUrl: window.location.origin,
      useBinaryFormat: true,
      interceptors: [sendApiKey],
      defaultTimeoutMs: 60_000,
    }),
  );
}

/** Clients over any transport, such as one in memory. */
export function clientsOver(transport: Transport): Clients {
  return createClients(transport);
}

/** Translates a failure of the transport, with the details that the server attached. */
export function toFailure(error: unknown): ApiFailure {
  const failure = ConnectError.from(error);
  const info = failure.findDetails(ErrorInfoSchema)[0];
  const requestInfo = failure.findDetails(RequestInfoSchema)[0];
  return new ApiFailure(
    failure.rawMessage,
    {
      kind: failureKind(failure, info !== undefined || requestInfo !== undefined),
      reason: info?.reason ?? "",
      violations: failure
        .findDetails(BadRequestSchema)
        .flatMap(({ fieldViolations }) => fieldViolations)
        .map(({ field, description }) => ({ field, description })),
      metadata: info?.metadata ?? {},
      requestId: requestInfo?.requestId ?? failure.metadata.get("x-request-id") ?? "",
    },
    { cause: error },
  );
}

function failureKind(failure: ConnectError, answered: boolean): FailureKind {
  switch (failure.code) {
    case Code.Canceled:
      return "canceled";
    case Code.Unauthenticated:
      return "unauthenticated";
    case Code.ResourceExhausted:
    case Code.DeadlineExceeded:
      return "overloaded";
    case Code.Unavailable:
      return "unreachable";
    case Code.Unknown:
    case Code.Internal:
    case Code.Unimplemented:
    case Code.DataLoss:
      // `fetch` rejects with a TypeError when there is no connection.
      return !answered && failure.cause instanceof TypeError ? "unreachable" : "broken";
    default:
      return "rejected";
  }
}
