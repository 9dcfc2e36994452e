import { isUtf8 } from "node:buffer";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AppError } from "@portfolio/platform/app-error";

/** Most that a file may take once unpacked. */
const CSV_BYTES_MAX = 64 << 20;

/** A file may unpack to this many times its size, though to 1 MiB in any case. */
const RATIO_MAX = 100;
const UNPACKED_FLOOR = 1 << 20;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A file's text in UTF-8, and where the caller put it. */
export interface CsvSource {
  /** `csvText` or `csvBytes`. */
  readonly field: string;
  readonly bytes: Uint8Array;
}

/**
 * Unpacks a file if it is packed, and makes sure that it is text in UTF-8.
 *
 * @returns The text without a byte order mark, its lines ending in LF or CRLF.
 * @throws {AppError} `CSV_EMPTY`, `CSV_TOO_LARGE`, `CSV_GZIP_INVALID`, `CSV_ENCODING_INVALID`.
 */
export async function unpackCsv({ field, bytes }: CsvSource): Promise<Uint8Array> {
  const unpacked = isGzip(bytes) ? await unpack(field, bytes) : bytes;
  if (unpacked.length > CSV_BYTES_MAX) {
    throw tooLarge(field, "The file is larger than 64 MiB.");
  }
  const encodingProblem = findEncodingProblem(unpacked);
  if (encodingProblem !== undefined) {
    throw invalidFile(field, "CSV_ENCODING_INVALID", encodingProblem);
  }
  const text = startsWith(unpacked, [0xef, 0xbb, 0xbf]) ? unpacked.subarray(3) : unpacked;
  return asBuffer(text).includes(LINE_FEED) ? text : withLineFeeds(text);
}

/** Some spreadsheets end lines in a carriage return alone. */
function withLineFeeds(text: Uint8Array): Uint8Array {
  return text.map((byte) => (byte === CARRIAGE_RETURN ? LINE_FEED : byte));
}

async function unpack(field: string, bytes: Uint8Array): Promise<Uint8Array> {
  const maxOutputLength = Math.min(
    CSV_BYTES_MAX,
    Math.max(UNPACKED_FLOOR, RATIO_MAX * bytes.length),
  );
  try {
    const unpacked = await promisify(gunzip)(bytes, { maxOutputLength });
    if (isGzip(unpacked)) {
      throw invalidFile(field, "CSV_GZIP_INVALID", "The file is packed twice.");
    }
    return unpacked;
  } catch (error) {
    if (error instanceof AppError) {
      throw error;
    }
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw tooLarge(field, describeLimit(maxOutputLength));
    }
    const description = "The file starts like gzip but cannot be unpacked.";
    throw invalidFile(field, "CSV_GZIP_INVALID", description, error);
  }
}

function describeLimit(maxOutputLength: number): string {
  return maxOutputLength === CSV_BYTES_MAX
    ? "The file unpacks to more than 64 MiB. Import it in parts."
    : `The file unpacks to more than ${RATIO_MAX} times its size. Import it in parts, or unpacked.`;
}

function findEncodingProblem(bytes: Uint8Array): string | undefined {
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) {
    return "The file is in UTF-16. Save it as UTF-8.";
  }
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    return "The file is a ZIP archive or a spreadsheet. Save it as CSV.";
  }
  if (asBuffer(bytes).includes(0)) {
    return "The file is binary, not CSV.";
  }
  return isUtf8(bytes) ? undefined : "The file is not in UTF-8. Save it as UTF-8.";
}

/** Shares memory. A buffer finds bytes several times faster than an array. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isGzip(bytes: Uint8Array): boolean {
  return startsWith(bytes, [0x1f, 0x8b]);
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

/** Makes the error for a file that cannot be read at all. */
export function invalidFile(
  field: string,
  reason: string,
  description: string,
  cause?: unknown,
): AppError {
  const violations = [{ field, description }];
  return new AppError("invalid-argument", reason, description, { violations, cause });
}

/** Makes the error for a file over a limit. */
export function tooLarge(field: string, description: string): AppError {
  const violations = [{ field, description }];
  return new AppError("resource-exhausted", "CSV_TOO_LARGE", description, { violations });
}
