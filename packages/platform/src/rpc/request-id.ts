import { randomBytes } from "node:crypto";

/** Header that carries the request id, in requests and in answers. */
export const REQUEST_ID_HEADER = "x-request-id";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;
const RANDOM_POOL_BYTES = 4096;

let randomPool = Buffer.alloc(0);
let randomPoolOffset = 0;

/** Returns the caller's id when it is a UUID or a ULID, else a new UUIDv7. */
export function acceptRequestId(offered: string | null): string {
  return offered !== null && (UUID.test(offered) || ULID.test(offered)) ? offered : newRequestId();
}

/**
 * Makes a UUIDv7: ids made later sort later, to the millisecond.
 *
 * @see RFC 9562, section 5.7
 */
export function newRequestId(): string {
  const bytes = nextRandomBytes();
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** One system call serves many ids. No byte is used twice. */
function nextRandomBytes(): Buffer {
  if (randomPoolOffset + 16 > randomPool.length) {
    randomPool = randomBytes(RANDOM_POOL_BYTES);
    randomPoolOffset = 0;
  }
  randomPoolOffset += 16;
  return randomPool.subarray(randomPoolOffset - 16, randomPoolOffset);
}
