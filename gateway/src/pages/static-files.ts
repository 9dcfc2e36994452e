import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { ConfigError } from "@portfolio/platform/env-reader";
import type { ContentEncoding } from "../http/content-encoding.ts";

/** Bytes that the files of the web page may have together: all of them are held in memory. */
const TOTAL_BYTES_MAX = 64 * 1024 * 1024;

const PACKED_SUFFIXES = new Map<string, ContentEncoding>([
  [".br", "br"],
  [".gz", "gzip"],
]);

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};

/** One file of the web page. */
export interface StaticFile {
  readonly contentType: string;
  /** SHA-256 of the plain content, quoted as in an `etag`. */
  readonly etag: string;
  readonly content: Buffer;
  /** The same content, compressed when the page was built. */
  readonly packed: ReadonlyMap<ContentEncoding, Buffer>;
}

/** The files of the web page by URL path, such as `/assets/index-4f2a.js`. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

/**
 * Reads the web page into memory.
 *
 * What is not read here cannot be asked for, so no path leads out of the directory; links are
 * not followed. A page that is built anew is served from the next start on, whole.
 *
 * @returns Undefined when there is no `index.html` in the directory.
 * @throws {ConfigError} The files have more than 64 MiB together.
 */
export async function loadStaticFiles(directory: string): Promise<StaticFiles | undefined> {
  const contents = await readTree(directory);
  if (!contents.has("/index.html")) {
    return undefined;
  }
  const files = new Map<string, StaticFile>();
  for (const [path, content] of contents) {
    if (!isPackedTwin(path, contents)) {
      files.set(path, {
        contentType: CONTENT_TYPES[extname(path)] ?? "application/octet-stream",
        etag: etagOf(content),
        content,
        packed: packedTwins(path, contents),
      });
    }
  }
  return files;
}

async function readTree(directory: string): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  let totalBytes = 0;
  for (const path of await listFiles(directory)) {
    const content = await readFile(path);
    totalBytes += content.length;
    if (totalBytes > TOTAL_BYTES_MAX) {
      throw new ConfigError(`The web page in ${directory} has more than ${TOTAL_BYTES_MAX} bytes.`);
    }
    contents.set(`/${relative(directory, path).split(sep).join("/")}`, content);
  }
  return contents;
}

async function listFiles(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return [];
    }
    throw error;
  }
}

function isPackedTwin(path: string, contents: ReadonlyMap<string, Buffer>): boolean {
  const suffix = extname(path);
  return PACKED_SUFFIXES.has(suffix) && contents.has(path.slice(0, -suffix.length));
}

function packedTwins(
  path: string,
  contents: ReadonlyMap<string, Buffer>,
): Map<ContentEncoding, Buffer> {
  const twins = new Map<ContentEncoding, Buffer>();
  for (const [suffix, encoding] of PACKED_SUFFIXES) {
    const content = contents.get(path + suffix);
    if (content !== undefined) {
      twins.set(encoding, content);
    }
  }
  return twins;
}

function etagOf(content: Buffer): string {
  return `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;
}
