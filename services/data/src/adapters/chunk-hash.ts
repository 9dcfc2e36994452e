import { createHash } from "node:crypto";
import type { YearChunk } from "../domain/year-chunk.ts";

/** SHA-256 of a chunk's days and then values. */
export function chunkHash(chunk: YearChunk): Buffer {
  return createHash("sha256").update(chunk.days).update(chunk.values).digest();
}
