import { constants } from "node:http2";
import { setImmediate } from "node:timers/promises";
import type { ContextValues } from "@connectrpc/connect";
import type { UniversalServerRequest, UniversalServerResponse } from "@connectrpc/connect/protocol";
import { canceled } from "@portfolio/platform/rpc/error-mapping";
import { authorityOf, type HttpRequest, type HttpResponse, writeHead } from "./messages.ts";

/**
 * Makes the request that Connect's protocol handlers take.
 *
 * Connect's own adapter takes an upload that the client gave up for one that ended, and throws
 * at a malformed `Host`.
 *
 * @param options.isUpload - Whether the client sends a stream, of which a part is not the whole.
 */
export function toUniversalRequest(
  request: HttpRequest,
  response: HttpResponse,
  options: { contextValues: ContextValues; isUpload: boolean },
): UniversalServerRequest {
  const client = new AbortController();
  response.once("close", () => {
    if (!response.writableEnded || wasReset(request)) {
      client.abort(canceled());
    }
  });
  return {
    httpVersion: request.httpVersion,
    method: request.method ?? "POST",
    url: `http://${authorityOf(request) ?? "gateway"}${request.url ?? "/"}`,
    header: toHeaders(request),
    body: readChunks(request, options.isUpload),
    signal: client.signal,
    contextValues: options.contextValues,
  };
}

/** Sends what a protocol handler answers, no faster than the client reads it. */
export async function sendUniversalResponse(
  answer: UniversalServerResponse,
  response: HttpResponse,
): Promise<void> {
  // Reading the first part of the body lets the handler set headers.
  writeHead(response, answer.status, Object.fromEntries(answer.header ?? []));
  for await (const chunk of answer.body ?? []) {
    if (!writeChunk(response, chunk)) {
      await drained(response);
    }
  }
  if (answer.trailer !== undefined) {
    response.addTrailers(Object.fromEntries(answer.trailer));
  }
  response.end();
}

function toHeaders(request: HttpRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !name.startsWith(":")) {
      headers.set(name, Array.isArray(value) ? value.join(",") : value);
    }
  }
  return headers;
}

async function* readChunks(request: HttpRequest, isUpload: boolean): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      yield chunk;
    }
  } catch {
    throw canceled();
  }
  if (isUpload && "stream" in request) {
    // Clients end a stream before they reset it, and Node tells of the reset two turns later.
    await setImmediate();
    await setImmediate();
  }
  if (wasReset(request)) {
    throw canceled();
  }
}

/** Whether the client gave up before its request was whole. */
function wasReset(request: HttpRequest): boolean {
  return (
    request.aborted ||
    ("stream" in request && (request.stream.rstCode ?? 0) !== constants.NGHTTP2_NO_ERROR)
  );
}

// The two classes declare the same overloads differently, so that the union cannot be called.
function writeChunk(response: HttpResponse, chunk: Uint8Array): boolean {
  return "stream" in response ? response.write(chunk) : response.write(chunk);
}

/** Resolves when more may be written, and rejects when the client has left. */
function drained(response: HttpResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (settle: () => void) => () => {
      response.off("drain", onDrain);
      response.off("close", onClose);
      settle();
    };
    const onDrain = stop(resolve);
    const onClose = stop(() => reject(canceled()));
    if (response.destroyed) {
      reject(canceled());
      return;
    }
    response.once("drain", onDrain);
    response.once("close", onClose);
  });
}
