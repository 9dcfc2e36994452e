import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { type HttpRequest, headerOf } from "../http/messages.ts";
import type { Route } from "./route.ts";

/** How a call is written on the wire. */
export type RpcProtocol = "connect" | "connect-stream" | "grpc" | "grpc-web";

const PROTOCOL_BY_CONTENT_TYPE: readonly (readonly [RegExp, RpcProtocol])[] = [
  [/^application\/(?:json|proto)(?:; ?charset=utf-?8)?$/i, "connect"],
  [/^application\/connect\+(?:json|proto)(?:; ?charset=utf-?8)?$/i, "connect-stream"],
  [/^application\/grpc(?:\+(?:json|proto))?$/i, "grpc"],
  [/^application\/grpc-web(?:\+(?:json|proto))?$/i, "grpc-web"],
];

/**
 * Tells the protocol of a request from its content type.
 *
 * A browser sends none of these types to another site without asking first, and the gateway
 * gives no such permission: so they are also what keeps other sites from calling it.
 *
 * @returns Undefined when the content type belongs to no protocol.
 */
export function protocolOf(request: HttpRequest): RpcProtocol | undefined {
  const contentType = headerOf(request, "content-type") ?? "";
  return PROTOCOL_BY_CONTENT_TYPE.find(([pattern]) => pattern.test(contentType))?.[1];
}

/** Whether a method may be called with GET, in the Connect protocol. */
export function acceptsGet({ method }: Route): boolean {
  return (
    method.methodKind === "unary" &&
    method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS
  );
}
