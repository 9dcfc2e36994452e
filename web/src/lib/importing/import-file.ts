import type { Clients } from "@portfolio/gen";

// Less than this is sent as it is.
const PLAIN_BYTES_MAX = 4 * 1024 * 1024;

// The gateway takes 64 MiB for an import; the rest of the message needs a little of it.
const FILE_BYTES_MAX = 64 * 1024 * 1024 - 4096;

/** A file that is ready to be sent. */
export interface ImportFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface ImportProblem {
  readonly line: number;
  /** Header of the column, or its number, or an empty text for the whole line. */
  readonly column: string;
  readonly description: string;
}

/** What the server found in a file, or did with it. */
export interface ImportReport {
  readonly datasetId: string;
  readonly symbols: readonly string[];
  readonly rowCount: number;
  readonly changedCount: number;
  readonly problems: readonly ImportProblem[];
  readonly problemCount: number;
}

export class FileTooLargeError extends Error {
  override readonly name = "FileTooLargeError";
  readonly byteCount: number;

  constructor(byteCount: number) {
    super(`${byteCount} bytes after compression`);
    this.byteCount = byteCount;
  }
}

/**
 * Reads a file, and compresses it when it is too large to send as it is.
 *
 * @throws {FileTooLargeError} It is still too large.
 */
export async function readImportFile(file: File): Promise<ImportFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length <= PLAIN_BYTES_MAX) {
    return { name: file.name, bytes };
  }
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const smaller = isGzip ? bytes : await gzip(bytes);
  if (smaller.length > FILE_BYTES_MAX) {
    throw new FileTooLargeError(smaller.length);
  }
  return { name: file.name, bytes: smaller };
}

/** A dataset identifier made from a file name: `My Prices (2).csv.gz` gives `my-prices-2`. */
export function datasetIdOf(fileName: string): string {
  const slug = fileName
    .replace(/(?:\.csv|\.txt)?(?:\.gz)?$/iu, "")
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^[^a-z]+|-+$/gu, "")
    .slice(0, 63)
    .replace(/-+$/u, "");
  return slug === "" || slug === "sample" ? "imported" : slug;
}

export type ImportMode = "check" | "store" | "store-good-rows";

/** Sends a file to be checked, or stored as a revision of the dataset that has its name. */
export async function sendImport(
  clients: Clients,
  file: ImportFile,
  mode: ImportMode,
): Promise<ImportReport> {
  const datasetId = datasetIdOf(file.name);
  const answer = await clients.price.importPrices({
    datasetId,
    source: { case: "csvBytes", value: file.bytes },
    validateOnly: mode === "check",
    partial: mode === "store-good-rows",
    title: file.name.slice(0, 120),
  });
  return {
    datasetId: answer.dataset?.id || datasetId,
    symbols: answer.symbols,
    rowCount: answer.rowCount,
    changedCount: answer.insertedCount + answer.updatedCount,
    problems: answer.problems.map(({ line, column, columnName, description }) => ({
      line,
      column: columnName || (column > 0 ? String(column) : ""),
      description,
    })),
    problemCount: answer.problemCount,
  };
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const zipped = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(zipped).arrayBuffer());
}
