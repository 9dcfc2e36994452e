import { AppError } from "@portfolio/platform/app-error";
import { MAX_REQUEST_BYTES } from "../http/limits.ts";
import type { HttpRequest } from "../http/messages.ts";
import { unpack } from "./read-body.ts";

/** Returns the encoding that a GET request in the Connect protocol names. */
export function readQueryFormat(request: HttpRequest): "json" | "proto" | undefined {
  const encoding = queryOf(request).get("encoding");
  return encoding === "json" || encoding === "proto" ? encoding : undefined;
}

/**
 * Reads the message that a GET request in the Connect protocol carries in its query.
 *
 * @throws {AppError} `ENCODING_MISSING`, and as `unpack` does.
 */
export function readQueryMessage(request: HttpRequest): Promise<Buffer> {
  if (readQueryFormat(request) === undefined) {
    const text = "A GET request names the encoding of its message: encoding=json or proto.";
    throw new AppError("invalid-argument", "ENCODING_MISSING", text);
  }
  const query = queryOf(request);
  const message = query.get("message") ?? "";
  // Node reads the URL-safe alphabet, which the protocol asks for, as well as the other.
  const bytes = Buffer.from(message, query.get("base64") === "1" ? "base64" : "utf8");
  return unpack(bytes, query.get("compression") ?? "identity", MAX_REQUEST_BYTES);
}

function queryOf(request: HttpRequest): URLSearchParams {
  const target = request.url ?? "";
  const start = target.indexOf("?");
  return new URLSearchParams(start < 0 ? "" : target.slice(start + 1));
}
