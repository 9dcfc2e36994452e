import { decodeBinaryHeader, encodeBinaryHeader } from "@connectrpc/connect";
import { Metadata } from "@grpc/grpc-js";

/** Headers of HTTP/2 and gRPC: they describe one hop, and must not reach the next. */
const HOP_HEADERS: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "date",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "user-agent",
]);

function isHopHeader(name: string): boolean {
  return name.startsWith("grpc-") || name.startsWith(":") || HOP_HEADERS.has(name);
}

/** Turns headers into gRPC metadata, without those that belong to a hop. */
export function toMetadata(headers: Headers): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of headers) {
    if (isHopHeader(name)) {
      continue;
    }
    if (name.endsWith("-bin")) {
      for (const part of value.split(",")) {
        metadata.add(name, Buffer.from(decodeBinaryHeader(part.trim())));
      }
    } else {
      metadata.add(name, value);
    }
  }
  return metadata;
}

/** Turns gRPC metadata into headers, without those that belong to a hop. */
export function toHeaders(metadata: Metadata): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(metadata.toJSON())) {
    if (isHopHeader(name)) {
      continue;
    }
    for (const value of values) {
      headers.append(name, typeof value === "string" ? value : encodeBinaryHeader(value));
    }
  }
  return headers;
}
