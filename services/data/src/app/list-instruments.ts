import { AppError } from "@portfolio/platform/app-error";
import type { Catalog, Instrument } from "../domain/instrument.ts";
import type { PriceStore } from "../ports.ts";
import { type DatasetReference, findDataset } from "./find-dataset.ts";

const PAGE_SIZE_DEFAULT = 100;

export interface InstrumentPage {
  readonly catalog: Catalog;
  /** By symbol, ascending. */
  readonly instruments: readonly Instrument[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** Where a page starts. Pages stay on the revision of the first one. */
interface PageStart extends DatasetReference {
  /** Last symbol of the page before. */
  readonly after: string;
}

/**
 * Lists a page of a dataset.
 *
 * @param pageSize - 0 stands for 100.
 * @throws {AppError} `DATASET_UNKNOWN`, `REVISION_UNKNOWN`, `PAGE_TOKEN_INVALID`: not a token of
 *   this dataset and revision.
 */
export async function listInstruments(
  store: PriceStore,
  dataset: DatasetReference,
  pageSize: number,
  pageToken: string,
): Promise<InstrumentPage> {
  const start = pageToken === "" ? { ...dataset, after: "" } : readToken(pageToken, dataset);
  const catalog = await findDataset(store, start);
  const rest = catalog.instruments.filter(({ symbol }) => symbol > start.after);
  const instruments = rest.slice(0, pageSize || PAGE_SIZE_DEFAULT);
  const last = instruments.at(-1);
  const isLastPage = last === undefined || instruments.length === rest.length;
  return {
    catalog,
    instruments,
    nextPageToken: isLastPage ? "" : writeToken(catalog, last.symbol),
  };
}

function writeToken({ datasetId, revision }: Catalog, after: string): string {
  return Buffer.from(JSON.stringify([datasetId, revision, after])).toString("base64url");
}

function readToken(token: string, dataset: DatasetReference): PageStart {
  const start = decodeToken(token);
  const isOfRequest =
    start?.id === dataset.id && (dataset.revision === 0 || start.revision === dataset.revision);
  if (start === undefined || !isOfRequest) {
    const description = "Give the next_page_token of the page before, with the same dataset.";
    throw new AppError("invalid-argument", "PAGE_TOKEN_INVALID", description, {
      violations: [{ field: "pageToken", description }],
    });
  }
  return start;
}

function decodeToken(token: string): PageStart | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    const [id, revision, after] = Array.isArray(parts) ? parts : [];
    const isStart =
      typeof id === "string" &&
      Number.isInteger(revision) &&
      revision > 0 &&
      typeof after === "string";
    return isStart ? { id, revision, after } : undefined;
  } catch {
    return undefined;
  }
}
