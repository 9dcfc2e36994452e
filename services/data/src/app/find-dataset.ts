import { AppError } from "@portfolio/platform/app-error";
import type { Catalog } from "../domain/instrument.ts";
import type { PriceStore } from "../ports.ts";

/** Dataset that is read when none is named. */
export const SAMPLE_ID = "sample";

/** Names a dataset, and a revision or, by 0, the newest. */
export interface DatasetReference {
  readonly id: string;
  readonly revision: number;
}

/**
 * Finds what a reference means at present.
 *
 * @throws {AppError} `DATASET_UNKNOWN`, `REVISION_UNKNOWN`.
 */
export async function findDataset(
  store: PriceStore,
  { id, revision }: DatasetReference,
): Promise<Catalog> {
  const newest = await store.newestRevision(id);
  if (newest === undefined) {
    const known = (await store.datasets()).map((dataset) => dataset.id).join(", ");
    throw new AppError("not-found", "DATASET_UNKNOWN", `There is no dataset ${id}.`, {
      violations: [
        { field: "dataset.id", description: `Give one of these: ${known || "(none)"}.` },
      ],
      metadata: { dataset: id },
    });
  }
  if (revision > newest) {
    throw new AppError(
      "not-found",
      "REVISION_UNKNOWN",
      `Dataset ${id} has no revision ${revision}; the newest is ${newest}.`,
      {
        violations: [{ field: "dataset.revision", description: `Give 1 to ${newest}, or 0.` }],
        metadata: { dataset: id, newest: String(newest) },
      },
    );
  }
  return store.catalog(id, revision || newest);
}
