import {
  connect as connectHttp2,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import { connect, type Socket } from "node:net";
import { fromJson, type JsonValue, type MessageShape } from "@bufbuild/protobuf";
import { BadRequestSchema, ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import type { Gateway } from "../src/index.ts";

type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** An error answer of the Connect protocol, as a JSON user sees it. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly details: readonly { type: string; value: string; debug: JsonValue }[];
}

/** Returns the reason and the violated fields of an error answer. */
export function explain(body: ErrorBody): {
  code: string;
  reason: string | undefined;
  fields: string[];
} {
  const detail = <S extends typeof ErrorInfoSchema | typeof BadRequestSchema>(
    schema: S,
  ): MessageShape<S> | undefined => {
    const found = body.details.find(({ type }) => type === schema.typeName);
    return found && fromJson(schema, found.debug);
  };
  return {
    code: body.code,
    reason: detail(ErrorInfoSchema)?.reason,
    fields: (detail(BadRequestSchema)?.fieldViolations ?? []).map(({ field }) => field),
  };
}

/** Opens a TCP connection, and collects what comes until the other end closes it. */
export function openSocket(gateway: Gateway): { socket: Socket; closed: Promise<string> } {
  const socket = connect({ port: gateway.port, host: "127.0.0.1" });
  const closed = new Promise<string>((resolve) => {
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(received));
  });
  return { socket, closed };
}

/** Makes one request over HTTP/2 without TLS. */
export function requestHttp2(
  gateway: Gateway,
  headers: Record<string, string>,
  body: string | Buffer = "",
): Promise<{ headers: ResponseHeaders; trailers: ResponseHeaders; body: Buffer }> {
  const session = connectHttp2(gateway.url);
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": "POST", ...headers });
    const chunks: Buffer[] = [];
    let head: ResponseHeaders = {};
    let trailers: ResponseHeaders = {};
    stream.on("response", (received) => {
      head = received;
    });
    stream.on("trailers", (received) => {
      trailers = received;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    session.on("error", reject);
    // Node's client never closes a stream that the server ended before the upload did.
    stream.on("end", () => {
      session.destroy();
      resolve({ headers: head, trailers, body: Buffer.concat(chunks) });
    });
    stream.end(body);
  });
}
