import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import { AppError } from "@portfolio/platform/app-error";
import { MAX_REQUEST_BYTES } from "../http/limits.ts";
import { type HttpRequest, headerOf } from "../http/messages.ts";

const gunzipAsync = promisify(gunzip);

/**
 * Reads a whole request body, unpacked if it is gzip.
 *
 * @param timeoutMs - Milliseconds in which the body must arrive.
 * @throws {AppError} `REQUEST_TOO_LARGE`, before or after unpacking; `REQUEST_TOO_SLOW`;
 *   `REQUEST_GZIP_INVALID`.
 * @throws {ConnectError} `UNIMPLEMENTED`: another compression; `CANCELED`: the client left.
 */
export async function readBody(request: HttpRequest, timeoutMs: number): Promise<Buffer> {
  const encoding = headerOf(request, "content-encoding") ?? "identity";
  const bytes = await readBytes(request, timeoutMs);
  return unpack(bytes, encoding);
}

/** Unpacks the bytes of a request, never into more than 4 MiB. */
export async function unpack(bytes: Buffer, encoding: string): Promise<Buffer> {
  if (encoding === "identity" || bytes.length === 0) {
    return bytes;
  }
  if (encoding !== "gzip") {
    throw new ConnectError(
      `The compression ${JSON.stringify(encoding)} is not supported: use gzip or none.`,
      Code.Unimplemented,
    );
  }
  try {
    return await gunzipAsync(bytes, { maxOutputLength: MAX_REQUEST_BYTES });
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw tooLarge({ cause });
    }
    const message = "The request body is not valid gzip, though its headers say so.";
    throw new AppError("invalid-argument", "REQUEST_GZIP_INVALID", message, { cause });
  }
}

function readBytes(request: HttpRequest, timeoutMs: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_REQUEST_BYTES) {
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let byteCount = 0;
    const timer = setTimeout(() => finish(tooSlow(timeoutMs)), timeoutMs);
    const finish = (error?: Error) => {
      clearTimeout(timer);
      request.off("data", onData);
      if (error !== undefined) {
        reject(error);
        return;
      }
      const [first] = chunks;
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks));
    };
    const onData = (chunk: Buffer) => {
      byteCount += chunk.length;
      if (byteCount > MAX_REQUEST_BYTES) {
        finish(tooLarge());
        return;
      }
      chunks.push(chunk);
    };
    request.on("data", onData);
    request.once("end", () => finish());
    request.once("error", () => finish(left()));
    request.once("aborted", () => finish(left()));
  });
}

function tooLarge(options: ErrorOptions = {}): AppError {
  const message = `The request is larger than ${MAX_REQUEST_BYTES} bytes.`;
  return new AppError("resource-exhausted", "REQUEST_TOO_LARGE", message, options);
}

function tooSlow(timeoutMs: number): AppError {
  const message = `The request did not arrive within ${timeoutMs} ms.`;
  return new AppError("deadline-exceeded", "REQUEST_TOO_SLOW", message);
}

function left(): ConnectError {
  return new ConnectError("the call was canceled", Code.Canceled);
}
