import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { COMPRESS_MIN_BYTES } from "./limits.ts";
import type { ResponseHeaders } from "./messages.ts";

export type ContentEncoding = "br" | "gzip";

const gzipAsync = promisify(gzip);
const brotliAsync = promisify(brotliCompress);

const ALL_ENCODINGS: readonly ContentEncoding[] = ["br", "gzip"];

/** Of ten qualities the one at which brotli is as fast as gzip, and still smaller. */
const BROTLI_QUALITY = 4;

/**
 * Chooses a compression that the client accepts.
 *
 * @param accepted - The `accept-encoding` header. Undefined accepts none.
 * @param available - What there is to choose from, the better first.
 * @returns Undefined when the answer must not be compressed.
 * @see RFC 9110, section 12.5.3
 */
export function negotiateEncoding(
  accepted: string | undefined,
  available: readonly ContentEncoding[],
): ContentEncoding | undefined {
  if (accepted === undefined) {
    return undefined;
  }
  const choices = new Map(accepted.split(",").map(parseChoice));
  const qualityOf = (name: string) => choices.get(name) ?? choices.get("*") ?? 0;
  let best: ContentEncoding | undefined;
  for (const name of available) {
    if (qualityOf(name) > (best === undefined ? 0 : qualityOf(best))) {
      best = name;
    }
  }
  return best;
}

/** Compresses an answer when the client accepts it and it is worth it. */
export async function encodeBody(
  body: string | Uint8Array,
  accepted: string | undefined,
): Promise<{ body: string | Uint8Array; headers: ResponseHeaders }> {
  if (body.length < COMPRESS_MIN_BYTES) {
    return { body, headers: {} };
  }
  const encoding = negotiateEncoding(accepted, ALL_ENCODINGS);
  if (encoding === undefined) {
    return { body, headers: { vary: "accept-encoding" } };
  }
  const packed =
    encoding === "gzip"
      ? await gzipAsync(body)
      : await brotliAsync(body, {
          params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
        });
  return { body: packed, headers: { "content-encoding": encoding, vary: "accept-encoding" } };
}

function parseChoice(choice: string): [name: string, quality: number] {
  const [name = "", ...parameters] = choice.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  return [name, quality === undefined ? 1 : Number(quality.slice(2))];
}
