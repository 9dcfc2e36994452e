import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import { AppError } from "@portfolio/platform/app-error";
import { type HttpRequest, headerOf } from "../http/messages.ts";

const gunzipAsync = promisify(gunzip);

/** How much a request body may have, and how long it may take. */
interface BodyLimits {
  /** Bytes, before and after unpacking. */
  readonly bytesMax: number;
  /** Milliseconds in which the body must arrive. */
  readonly timeoutMs: number;
}

/**
 * Reads a whole request body, unpacked if it is gzip.
 *
 * @throws {AppError} `REQUEST_TOO_LARGE`, before or after unpacking; `REQUEST_TOO_SLOW`;
 *   `REQUEST_GZIP_INVALID`.
 * @throws {ConnectError} `UNIMPLEMENTED`: another compression; `CANCELED`: the client left.
 */
export async function readBody(request: HttpRequest, limits: BodyLimits): Promise<Buffer> {
  const encoding = headerOf(request, "content-encoding") ?? "identity";
  const bytes = await readBytes(request, limits);
  return unpack(bytes, encoding, limits.bytesMax);
}

/** Unpacks the bytes of a request, never into more than `bytesMax`. */
export async function unpack(bytes: Buffer, encoding: string, bytesMax: number): Promise<Buffer> {
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
    return await gunzipAsync(bytes, { maxOutputLength: bytesMax });
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw tooLarge(bytesMax, { cause });
    }
    const message = "The request body is not valid gzip, though its headers say so.";
    throw new AppError("invalid-argument", "REQUEST_GZIP_INVALID", message, { cause });
  }
}

function readBytes(request: HttpRequest, { bytesMax, timeoutMs }: BodyLimits): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) {
    return Promise.reject(tooLarge(bytesMax));
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
      if (byteCount > bytesMax) {
        finish(tooLarge(bytesMax));
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

function tooLarge(bytesMax: number, options: ErrorOptions = {}): AppError {
  const message = `The request is larger than ${bytesMax} bytes.`;
  return new AppError("resource-exhausted", "REQUEST_TOO_LARGE", message, options);
}

function tooSlow(timeoutMs: number): AppError {
  const message = `The request did not arrive within ${timeoutMs} ms.`;
  return new AppError("deadline-exceeded", "REQUEST_TOO_SLOW", message);
}

function left(): ConnectError {
  return new ConnectError("the call was canceled", Code.Canceled);
}
